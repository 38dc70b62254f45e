using VaeSharp.Data;
using VaeSharp.Tests.Interop;

namespace VaeSharp.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly Scratch files = new();

    [Fact]
    public void Loose_pictures_have_no_labels_and_the_order_of_their_names()
    {
        Picture("b.png", 2);
        Picture("a.JPG", 1);
        files.Write("notes.txt", 1);
        var data = Load().Train;
        Assert.False(data.HasLabels);
        Assert.Equal([1, 2], GivenSpec.Bytes(data));
    }

    [Fact]
    public void Sub_folders_are_classes_and_a_limit_keeps_all_of_them()
    {
        Picture("cat/1.png", 1);
        Picture("cat/2.png", 2);
        Picture("bird/deep/1.png", 3);
        Picture("bird/z.png", 4);
        var data = Load().Train;
        Assert.Equal(["bird", "cat"], data.Spec.ClassNames);
        Assert.Equal([3, 1, 4, 2], GivenSpec.Bytes(data));
        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(data.Label));
        Assert.Equal([3, 1], GivenSpec.Bytes(Load(spec => spec with { Limit = 2 }).Train));
    }

    [Fact]
    public void Folders_named_train_test_and_val_are_splits()
    {
        Picture("train/x/1.png", 1);
        Picture("train/y/1.png", 2);
        Picture("test/y/1.png", 3);
        Picture("val/x/1.png", 4);
        var (train, test, validation) = Load();
        Assert.Equal((2, 1, 1), (train.Count, test!.Count, validation!.Count));
        Assert.Equal((1, 0), (test.Label(0), validation.Label(0)));
        Picture("test/z/1.png", 1);
        Assert.Contains("classes (x, y)", Assert.Throws<InvalidDataException>(() => Load()).Message);
    }

    [Fact]
    public void Pictures_that_differ_are_named_and_resizing_helps()
    {
        Picture("a.png", 1, 1, 1, 1);
        Picture("b.png", [.. Enumerable.Repeat((byte)5, 9)]);
        var message = Assert.Throws<InvalidDataException>(() => Load()).Message;
        Assert.Contains("b.png' is 1 × 3 × 3, but", message);
        Assert.Contains("resize=28", message);
        Assert.Equal([1, 1, 1, 1, 5, 5, 5, 5], GivenSpec.Bytes(Load(spec => spec with { Resize = 2 }).Train));
    }

    [Fact]
    public void Colour_beside_grey_asks_for_grey()
    {
        Picture("a.png", 1);
        files.Write("b.png", 3, 7, 7, 7);
        Assert.Contains("grey=true", Assert.Throws<InvalidDataException>(() => Load()).Message);
        Assert.Equal([1, 7], GivenSpec.Bytes(Load(spec => spec with { Grey = true }).Train));
    }

    [Fact]
    public void Folders_without_pictures_are_refused()
    {
        Assert.Contains("no pictures", Assert.Throws<InvalidDataException>(() => Load()).Message);
        Picture("a.png", 1);
        Picture("sub/a.png", 1);
        Assert.Contains("beside", Assert.Throws<InvalidDataException>(() => Load()).Message);
        Assert.Throws<DirectoryNotFoundException>(() => Load(spec => spec with { Path = files["missing"] }));
        Assert.Throws<InvalidOperationException>(() => new ImageFolderSpec { Path = files.Folder }.Load(new DataContext()));
    }

    public void Dispose() => files.Dispose();

    private void Picture(string name, params byte[] pixels) => files.Write(name, [1, .. pixels]);

    private DataSplits Load(Func<ImageFolderSpec, ImageFolderSpec>? change = null)
    {
        var spec = new ImageFolderSpec { Path = files.Folder };
        return (change?.Invoke(spec) ?? spec).Load(new DataContext { ImageDecoder = new SquareDecoder() });
    }

    // A picture is its number of channels and the pixels of a square.
    private sealed class SquareDecoder : IImageDecoder
    {
        public DecodedImage Decode(Stream stream, string name, long maximumPixels)
        {
            var channels = stream.ReadByte();
            var pixels = new byte[stream.Length - 1];
            stream.ReadExactly(pixels);
            var side = (int)Math.Sqrt(pixels.Length / channels);
            return new DecodedImage(pixels, channels, side, side);
        }
    }
}
