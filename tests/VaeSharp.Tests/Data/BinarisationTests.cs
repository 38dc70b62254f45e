using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class BinarisationTests
{
    private static readonly byte[] Levels = [.. Enumerable.Range(0, 256 * 400).Select(i => (byte)i)];
    private static readonly Dataset All = Dataset.From(Levels, [1, 16, 16]);
    private static readonly DataSplits Given = new(All, All, All);

    [Fact]
    public void A_threshold_gives_a_one_from_one_half_upwards()
    {
        var data = (GivenSpec.Of([0, 127, 128, 255], 1, 2, 2) with { Binarise = Binarise.Threshold }).Train();
        Assert.Equal([0, 0, 255, 255], GivenSpec.Bytes(data));
        Assert.Equal((2, false), (data.Spec.Levels, data.DrawsBinary));
        var numbers = Binarisation.Threshold(Dataset.From(new[] { 0.49f, 0.5f }, [2]));
        Assert.Equal([0, 1], GivenSpec.Floats(numbers));
    }

    [Fact]
    public void Static_draws_have_the_levels_as_their_means()
    {
        var bytes = GivenSpec.Bytes(Load(Binarise.Static, seed: 7).Train);
        Assert.All(bytes, value => Assert.True(value is 0 or 255));
        for (var level = 0; level < 256; level++)
        {
            var mean = Enumerable.Range(0, 400).Average(i => bytes[i * 256 + level] / 255.0);
            Assert.Equal(level / 255.0, mean, tolerance: 6 * Math.Sqrt(0.25 / 400));  // six standard errors: false alarm below 1e-6
        }
        Assert.All(Enumerable.Range(0, 400), i => Assert.Equal((0, 255), (bytes[i * 256], bytes[i * 256 + 255])));
    }

    [Fact]
    public void Static_draws_depend_on_seed_split_and_row_alone()
    {
        var (first, again, other) = (Load(Binarise.Static, 7), Load(Binarise.Static, 7), Load(Binarise.Static, 8));
        Assert.Equal(GivenSpec.Bytes(first.Train), GivenSpec.Bytes(again.Train));
        Assert.NotEqual(GivenSpec.Bytes(first.Train), GivenSpec.Bytes(other.Train));
        Assert.NotEqual(GivenSpec.Bytes(first.Train), GivenSpec.Bytes(first.Test!));
        Assert.NotEqual(GivenSpec.Bytes(first.Validation!), GivenSpec.Bytes(first.Test!));
        Assert.NotEqual(GivenSpec.Bytes(first.Train)[..256], GivenSpec.Bytes(first.Train)[256..512]);
        var view = Binarisation.Draw(Given.Train.Select([5, 3]), 7, Split.Train);
        Assert.Equal(GivenSpec.Bytes(first.Train)[(5 * 256)..(6 * 256)], GivenSpec.Bytes(view)[..256]);
    }

    [Fact]
    public void The_draw_is_the_same_on_every_platform()
    {
        var values = Enumerable.Repeat(0.5f, 32).ToArray();
        Binarisation.Draw(values, seed: 1, stream: 2, row: 3);
        Assert.Equal("11010111101111111000101110001001", string.Concat(values));
    }

    [Fact]
    public void Dynamic_draws_are_left_to_the_batch_but_made_once_elsewhere()
    {
        var (train, test, validation) = Load(Binarise.Dynamic, 7);
        Assert.True(train.DrawsBinary);
        Assert.Equal(Levels, GivenSpec.Bytes(train));
        Assert.Equal([2, 2, 2], new[] { train, test!, validation! }.Select(data => data.Spec.Levels));
        Assert.False(test!.DrawsBinary);
        Assert.All(GivenSpec.Bytes(validation!), value => Assert.True(value is 0 or 255));
    }

    [Fact]
    public void What_is_held_out_of_dynamic_draws_is_drawn_once()
    {
        var (train, validation) = Splits.HoldOut(Load(Binarise.Dynamic, 7).Train, 0.1, seed: 7);
        Assert.True(train.DrawsBinary);
        Assert.False(validation.DrawsBinary);
        Assert.Equal(40, validation.Count);
    }

    [Fact]
    public void Numbers_beyond_probabilities_are_refused()
    {
        var data = new GivenSpec(new DataSplits(Dataset.From(new[] { 0f, 2f }, [2])));
        Assert.Contains("[0, 1]", Assert.Throws<ArgumentException>(() => (data with { Binarise = Binarise.Static }).Train()).Message);
        Assert.Throws<ArgumentException>(() => (data with { Binarise = Binarise.Threshold }).Train());
        Assert.Throws<ArgumentException>(() => (data with { Binarise = Binarise.Dynamic }).Train());
    }

    private static DataSplits Load(Binarise how, long seed) =>
        (new GivenSpec(Given) with { Binarise = how }).Load(new DataContext { Seed = seed });
}
