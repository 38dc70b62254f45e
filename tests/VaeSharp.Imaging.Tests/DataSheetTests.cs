namespace VaeSharp.Imaging.Tests;

public sealed class DataSheetTests
{
    [Fact]
    public void Each_example_has_its_caption_below()
    {
        var pixels = new Pixels(DataSheet.Draw(ImageGridTests.Flat([1f, 1f, 1f, 1f], 28), ["MMMM", "", "", "MMMM"], columns: 2));
        var (x, y) = (pixels.Width / 2, pixels.Height / 2);
        Assert.NotEmpty(pixels.Where(Pixels.IsDark, right: x, bottom: y + 20));
        Assert.Empty(pixels.Where(Pixels.IsDark, left: x, bottom: y + 20));
        Assert.Empty(pixels.Where(Pixels.IsDark, right: x, top: y + 20));
        Assert.NotEmpty(pixels.Where(Pixels.IsDark, left: x, top: y + 20));
    }

    [Fact]
    public void There_is_a_caption_for_each_example() =>
        Assert.Throws<ArgumentException>(() => DataSheet.Draw(ImageGridTests.Flat([0f, 1f], 4), ["one"]));
}
