using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class DigitsDrawTests
{
    /// <summary>An edge that fades over 1.2 pixels, sampled at pixels' centres, errs by less than this in each of its two sides.</summary>
    private const double EdgeError = 0.1;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Thickness_is_the_ink_across_a_line(float thickness)
    {
        var image = DigitsData.Stroke(("thickness", thickness));
        var across = Enumerable.Range(0, 28).Sum(x => image[14 * 28 + x] / 255.0);
        Assert.InRange(across, thickness - 2 * EdgeError, thickness + 2 * EdgeError);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(18)]
    public void Size_is_the_ink_along_a_stroke(float size)
    {
        var image = DigitsData.Stroke(("size", size));
        var along = Enumerable.Range(0, 28).Sum(y => image[y * 28 + 14] / 255.0);
        Assert.InRange(along, size - 0.5, size + 0.5);                // its ends are round and the column is half a pixel off
    }

    [Fact]
    public void Ink_is_the_brightest_byte()
    {
        Assert.Equal(255, DigitsData.Stroke().Max());
        Assert.Equal(51, DigitsData.Stroke(("ink", 0.2f)).Max());
    }

    [Fact]
    public void Moving_by_a_pixel_moves_every_pixel()
    {
        var (still, right, down) = (DigitsData.Stroke(), DigitsData.Stroke(("x", 1)), DigitsData.Stroke(("y", 1)));
        Assert.Equal(still[..^1], right[1..]);
        Assert.Equal(still[..^28], down[28..]);
    }

    [Theory]
    [InlineData("slant")]
    [InlineData("rotation")]
    public void A_tangent_of_a_quarter_leans_a_stroke_by_a_quarter(string factor) =>
        Assert.Equal(0.25, new DigitMoments(DigitsData.Stroke((factor, 0.25f))).Shear, tolerance: 0.02);

    [Fact]
    public void Pressure_darkens_the_end_of_a_line_and_lightens_its_beginning()
    {
        var image = DigitsData.Stroke(("pressure", 0.5f), ("ink", 0.5f));
        Assert.True(image[20 * 28 + 14] > image[14 * 28 + 14] && image[14 * 28 + 14] > image[7 * 28 + 14]);
    }

    [Fact]
    public void Every_variant_of_every_digit_leaves_the_border_empty()
    {
        for (var digit = 0; digit < 10; digit++)
        {
            for (var variant = 0; variant < 5; variant++)
            {
                var image = DigitsData.Stroke(("digit", digit), ("variant", variant));
                for (var i = 0; i < 28; i++)
                    Assert.Equal(0, image[i] + image[27 * 28 + i] + image[i * 28] + image[i * 28 + 27]);
            }
        }
    }

    [Theory]
    [InlineData("digit", 10)]
    [InlineData("digit", -1)]
    [InlineData("variant", 5)]
    public void What_the_alphabet_lacks_is_refused(string factor, float value) =>
        Assert.Equal(factor, Assert.Throws<ArgumentOutOfRangeException>(() => DigitsData.Stroke((factor, value))).ParamName);

    [Fact]
    public void Rows_and_images_of_another_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Digits.Draw(new(new float[DigitFactors.Count - 1]), new byte[Digits.Pixels]));
        Assert.Throws<ArgumentException>(() => Digits.Draw(new(new float[DigitFactors.Count]), new byte[Digits.Pixels - 1]));
    }
}
