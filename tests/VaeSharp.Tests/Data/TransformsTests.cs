using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class TransformsTests
{
    [Fact]
    public void Grey_is_the_luma_of_rec_601()
    {
        byte[] red = [255, 0, 0], green = [0, 255, 0], blue = [0, 0, 255], white = [255, 255, 255];
        var data = (GivenSpec.Of([.. red, .. green, .. blue, .. white], 3, 1, 1) with { Grey = true }).Train();
        Assert.Equal([1, 1, 1], data.Spec.Shape);
        Assert.Equal([76, 150, 29, 255], GivenSpec.Bytes(data));
    }

    [Fact]
    public void Shrinking_takes_the_mean_of_the_area()
    {
        var data = (GivenSpec.Of([0, 10, 20, 30, 40, 50, 60, 70, 80], 1, 3, 3) with { Resize = 1 }).Train();
        Assert.Equal([40], GivenSpec.Bytes(data));
        var half = (GivenSpec.Of([0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1, 4, 4) with { Resize = 2 }).Train();
        Assert.Equal([128, 128, 0, 0], GivenSpec.Bytes(half));
        var thirds = (GivenSpec.Of([0, 90, 180, 0, 90, 180, 0, 90, 180], 1, 3, 3) with { Resize = 2 }).Train();
        Assert.Equal([30, 150, 30, 150], GivenSpec.Bytes(thirds));                   // ⅔ of one pixel and ⅓ of the next
    }

    [Fact]
    public void Growing_interpolates_between_centres()
    {
        var data = (GivenSpec.Of([0, 100, 0, 100], 1, 2, 2) with { Resize = 4 }).Train();
        Assert.Equal([0, 25, 75, 100], GivenSpec.Bytes(data)[..4]);
    }

    [Fact]
    public void An_even_area_stays_even_at_every_size() => Prop.ForAll<byte, byte, byte>((value, from, to) =>
    {
        var (height, width, size) = (from % 13 + 1, from % 7 + 1, to % 17 + 1);
        var image = Enumerable.Repeat(value, 3 * height * width).ToArray();
        var data = (GivenSpec.Of(image, 3, height, width) with { Resize = size }).Train();
        return data.Spec.ShapeText == $"3 × {size} × {size}" && GivenSpec.Bytes(data).All(pixel => pixel == value);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Numbers_stay_in_their_range_when_they_are_resized()
    {
        var ones = Dataset.From(Enumerable.Repeat(1f, 49).ToArray(), [1, 7, 7]);
        var given = new GivenSpec(new DataSplits(ones));
        foreach (var size in new[] { 3, 5, 11 })
            Assert.All(GivenSpec.Floats((given with { Resize = size }).Train()), value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void Inverting_twice_changes_nothing() => Prop.ForAll<byte[]>(bytes =>
    {
        if (bytes.Length == 0)
            return true;
        var once = (GivenSpec.Of(bytes, 1, 1, 1) with { Invert = true }).Train();
        var twice = (new GivenSpec(new DataSplits(once)) with { Invert = true }).Train();
        return GivenSpec.Bytes(once)[0] == 255 - bytes[0] && GivenSpec.Bytes(twice).SequenceEqual(bytes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_limit_keeps_the_first_with_their_labels_and_factors()
    {
        var factors = new Factors(["a"], new float[] { 5, 6, 7 });
        var all = Dataset.From(new byte[] { 1, 2, 3 }, [1, 1, 1], new[] { 0, 1, 1 }, factors: factors);
        var data = (new GivenSpec(new DataSplits(all, Test: all)) with { Limit = 2, Invert = true }).Load(new DataContext());
        Assert.Equal([254, 253], GivenSpec.Bytes(data.Train));
        Assert.Equal([0, 1], [data.Train.Label(0), data.Train.Label(1)]);
        Assert.Equal([5, 6], data.Train.Factors!.Values.ToArray());
        Assert.Equal(3, data.Test!.Count);
    }

    [Fact]
    public void What_is_no_image_cannot_be_transformed_like_one()
    {
        var vectors = GivenSpec.Of([1, 2, 3, 4], 2);
        foreach (var spec in new[] { vectors with { Grey = true }, vectors with { Resize = 2 }, vectors with { Invert = true } })
            Assert.Contains("Only images can have", Assert.Throws<ArgumentException>(() => spec.Train()).Message);
        Assert.Throws<ArgumentException>(() => (GivenSpec.Of([1, 2], 2, 1, 1) with { Grey = true }).Train());
    }

    [Fact]
    public void A_resized_binary_image_has_levels_in_between()
    {
        var binary = (GivenSpec.Of([0, 255, 0, 255], 1, 2, 2) with { Binarise = Binarise.Threshold }).Train();
        Assert.Equal(2, binary.Spec.Levels);
        Assert.Equal(256, (new GivenSpec(new DataSplits(binary)) with { Resize = 3 }).Train().Spec.Levels);
    }
}
