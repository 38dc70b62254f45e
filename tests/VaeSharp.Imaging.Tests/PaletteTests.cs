using SkiaSharp;

namespace VaeSharp.Imaging.Tests;

public sealed class PaletteTests
{
    // Simulation of dichromats in linear RGB. Source: Machado, Oliveira & Fernandes 2009, severity 1.
    public static readonly TheoryData<string, double[]> Eyes = new()
    {
        { "usual", [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "without long-wave cones", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998] },
        { "without middle-wave cones", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881] },
    };

    // Source: Ottosson 2020, "A perceptual color space".
    private static readonly double[] toCones =
    [
        0.4122214708, 0.5363325363, 0.0514459929,
        0.2119034982, 0.6806995451, 0.1073969566,
        0.0883024619, 0.2817188376, 0.6299787005,
    ];

    private static readonly double[] toLab =
    [
        0.2104542553, 0.7936177850, -0.0040720468,
        1.9779984951, -2.4285922050, 0.4505937099,
        0.0259040371, 0.7827717662, -0.8086757660,
    ];

    [Theory, MemberData(nameof(Eyes))]
    public void Ten_classes_stay_apart_for_every_eye(string eye, double[] matrix)
    {
        var colors = Palette.For(10).Select(color => ToOklab(color, matrix)).ToArray();
        var nearest = (from i in Enumerable.Range(0, 10) from j in Enumerable.Range(0, i) select Distance(colors[i], colors[j])).Min();
        // 0.02 is a just noticeable difference in OKLab.
        Assert.True(nearest > (eye == "usual" ? 0.2 : 0.1), $"{eye}: {nearest}");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(47)]
    [InlineData(100)]
    public void More_classes_get_as_many_different_colours(int classes) => Assert.Equal(classes, Palette.For(classes).Distinct().Count());

    [Fact]
    public void Density_darkens()
    {
        var sums = Enumerable.Range(0, 11).Select(i => Palette.Density(i / 10.0)).Select(color => color.Red + color.Green + color.Blue);
        Assert.Equal(sums.OrderDescending(), sums);
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double[] ToOklab(SKColor color, double[] matrix)
    {
        var rgb = Apply(matrix, [Linear(color.Red), Linear(color.Green), Linear(color.Blue)]);
        return Apply(toLab, [.. Apply(toCones, rgb).Select(Math.Cbrt)]);
    }

    private static double[] Apply(double[] matrix, double[] x) =>
        [.. Enumerable.Range(0, 3).Select(row => matrix[3 * row] * x[0] + matrix[3 * row + 1] * x[1] + matrix[3 * row + 2] * x[2])];

    private static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
}
