using VaeSharp.Data;
using VaeSharp.Interop;
using VaeSharp.Tests.Interop;

namespace VaeSharp.Tests.Data;

public sealed class NpyDatasetTests : IDisposable
{
    private readonly Scratch files = new();

    [Theory]
    [InlineData(new long[] { 2, 6 }, "6")]
    [InlineData(new long[] { 2, 2, 3 }, "1 × 2 × 3")]
    [InlineData(new long[] { 1, 2, 2, 3 }, "3 × 2 × 2")]
    [InlineData(new long[] { 1, 3, 2, 2 }, "3 × 2 × 2")]
    [InlineData(new long[] { 1, 2, 6, 1 }, "1 × 2 × 6")]
    [InlineData(new long[] { 1, 2, 2, 3, 1 }, "must have an array of")]
    [InlineData(new long[] { 12 }, "must have an array of")]
    public void Shapes_are_understood(long[] shape, string expected)
    {
        var bytes = new byte[12];
        Npy.Write(files["x.npy"], NdArray.From(bytes, shape));
        var spec = new NpyDatasetSpec { Path = files["x.npy"] };
        if (expected.StartsWith("must"))
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => spec.Load(new DataContext())).Message);
        else
            Assert.Equal(expected, spec.Load(new DataContext()).Train.Spec.ShapeText);
    }

    [Fact]
    public void Channels_move_to_the_front()
    {
        Npy.Write(files["x.npy"], NdArray.From(new byte[] { 1, 2, 3, 4, 5, 6 }, 1, 2, 1, 3));
        Assert.Equal([1, 4, 2, 5, 3, 6], GivenSpec.Bytes(Load("x.npy").Train));
    }

    [Fact]
    public void The_arrays_of_keras_are_train_and_test()
    {
        var (train, test, _) = Load(Write(("x_train", NdArray.From(new byte[8], 2, 2, 2)), ("y_train", NdArray.From([2, 0], 2)),
            ("x_test", NdArray.From(new byte[] { 9, 9, 9, 9 }, 1, 2, 2)), ("y_test", NdArray.From([1L], 1, 1))));
        Assert.Equal([2, 0, 1], [train.Label(0), train.Label(1), test!.Label(0)]);
        Assert.Equal(["0", "1", "2"], test.Spec.ClassNames);
        Assert.Equal(256, train.Spec.Levels);
    }

    [Fact]
    public void Numbers_keep_their_values_and_share_one_range()
    {
        var splits = Load(Write(("x", NdArray.From([0.5f, 1f], 2, 1)), ("x_test", NdArray.From([-3.0], 1, 1))));
        Assert.Equal([0.5f, 1f], GivenSpec.Floats(splits.Train));
        Assert.False(splits.Train.Spec.IsBounded);
        Assert.True(Load(Write(("x", NdArray.From([0.5f, 1f], 2, 1)))).Train.Spec is { Low: 0, High: 1, Levels: 0 });
    }

    [Fact]
    public void Truth_values_have_two_levels()
    {
        Npy.Write(files["x.npy"], new NdArray("|b1", [2, 1], new byte[] { 0, 1 }));
        var data = Load("x.npy").Train;
        Assert.Equal(2, data.Spec.Levels);
        Assert.Equal([0, 255], GivenSpec.Bytes(data));
    }

    [Fact]
    public void Labels_may_be_a_file_of_their_own()
    {
        Npy.Write(files["x.npy"], NdArray.From(new byte[4], 2, 2));
        Npy.Write(files["y.npy"], NdArray.From([1.0, 0.0], 2));
        Assert.Equal(1, new NpyDatasetSpec { Path = files["x.npy"], Labels = files["y.npy"] }.Load(new DataContext()).Train.Label(0));
    }

    [Fact]
    public void Full_paths_are_the_same_files()
    {
        Assert.Equal(new NpyDatasetSpec { Path = Path.GetFullPath("x.npy") }, new NpyDatasetSpec { Path = "x.npy" }.AtFullPaths());
        Assert.Equal(Path.GetFullPath("y.npy"),
            ((NpyDatasetSpec)new NpyDatasetSpec { Path = "/x.npy", Labels = "y.npy" }.AtFullPaths()).Labels);
        Assert.Equal(new ImageFolderSpec { Path = Path.GetFullPath("photos") }, new ImageFolderSpec { Path = "photos" }.AtFullPaths());
        Assert.Equal(new DigitsSpec(), new DigitsSpec().AtFullPaths());
    }

    [Fact]
    public void Arrays_that_are_no_data_set_are_refused()
    {
        var pair = NdArray.From([0.5f, float.NaN], 2, 1);
        Refuse("finite", ("x", pair));
        Refuse("one array", ("p", pair), ("q", pair));
        Refuse("labels", ("x", NdArray.From([1f, 2f], 2, 1)), ("y", NdArray.From([0], 1)));
        Refuse("Labels must be", ("x", NdArray.From([1f], 1, 1)), ("y", NdArray.From([-1], 1)));
        Refuse("label 2000000000", ("x", NdArray.From([1f], 1, 1)), ("y", NdArray.From([2_000_000_000], 1)));
        Refuse("one number each", ("x", NdArray.From([1f], 1, 1)), ("y", NdArray.From([0, 1], 1, 2)));
        Refuse("same shape", ("x", NdArray.From([1f], 1, 1)), ("x_test", NdArray.From([1f, 1f], 1, 2)));
        Refuse("must have an array", ("x", NdArray.From(Array.Empty<byte>(), 0, 5)));
    }

    public void Dispose() => files.Dispose();

    private void Refuse(string message, params (string, NdArray)[] arrays)
    {
        var name = Write(arrays);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Load(name)).Message);
    }

    private DataSplits Load(string name) => new NpyDatasetSpec { Path = files[name] }.Load(new DataContext());

    private string Write(params (string Name, NdArray Array)[] arrays)
    {
        NpzFile.Write(files["a.npz"], arrays.Select(pair => KeyValuePair.Create(pair.Name, pair.Array)));
        return "a.npz";
    }
}
