using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class DigitFactorsTests
{
    /// <summary>Enough to tell correlations of 0.06 from none: 6 standard errors of 1/√N.</summary>
    private const int Examples = 10_000;

    [Fact]
    public void An_image_is_drawn_again_from_its_recorded_factors()
    {
        var image = new byte[Digits.Pixels];
        for (var index = 0; index < DigitsData.Test.Count; index += 7)
        {
            Digits.Draw(new(DigitsData.Test.Factors![index]), image);
            Assert.Equal(DigitsData.Test.Image(index), image);
        }
    }

    [Fact]
    public void Every_factor_changes_the_image()
    {
        for (var factor = 0; factor < DigitFactors.Count; factor++)
        {
            var (row, image) = (DigitsData.Test.Factors![0].ToArray(), new byte[Digits.Pixels]);
            row[factor] = factor < 2 ? (row[factor] + 1) % 5 : row[factor] + 0.1f;
            Digits.Draw(new(row), image);
            Assert.NotEqual(DigitsData.Test.Image(0), image);
        }
    }

    [Fact]
    public void Factors_are_independent_of_each_other()
    {
        var columns = Enumerable.Range(0, DigitFactors.Count).Where(i => DigitFactors.Names[i] != "variant").Select(Column).ToArray();
        var tolerance = 6 / Math.Sqrt(Examples);                          // false alarm < 1e-6
        for (var i = 0; i < columns.Length; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.InRange(Correlation(columns[i], columns[j]), -tolerance, tolerance);
        }

        static double[] Column(int factor) => [.. Enumerable.Range(0, Examples).Select(i => (double)DigitsData.Test.Factors![i][factor])];
    }

    [Fact]
    public void Position_is_the_inks_centre_of_mass()
    {
        // Where a line meets itself its ink counts twice, which a plain one never does.
        Assert.InRange(AverageError(PlainOnes()), 0, 0.1);
        Assert.InRange(AverageError([.. Enumerable.Range(0, Examples)]), 0, 0.3);

        static double AverageError(int[] examples) => examples.Average(i =>
        {
            var moments = new DigitMoments(DigitsData.Test.Image(i));
            return (Math.Abs(moments.X - DigitsData.Test.Factor(i, "x")) + Math.Abs(moments.Y - DigitsData.Test.Factor(i, "y"))) / 2;
        });
    }

    [Fact]
    public void Size_is_the_longer_side_of_the_inks_box()
    {
        // A box of whole pixels errs by up to one, and pressure changes the thickness that reaches beyond the line.
        var errors = Enumerable.Range(0, Examples).Select(i =>
            new DigitMoments(DigitsData.Test.Image(i)).Side - DigitsData.Test.Factor(i, "size")).ToArray();
        Assert.InRange(errors.Average(), -0.5, 0.5);
        Assert.InRange(errors.Average(Math.Abs), 0, 1);
    }

    [Fact]
    public void Slant_and_rotation_shear_the_strokes_of_a_plain_one()
    {
        var ones = PlainOnes();
        var recorded = ones.Select(i => DigitsData.Test.Factor(i, "slant") + DigitsData.Test.Factor(i, "rotation")).ToArray();
        Assert.InRange(Correlation(recorded, [.. ones.Select(i => new DigitMoments(DigitsData.Test.Image(i)).Shear)]), 0.9, 1);
    }

    [Fact]
    public void Thickness_decides_how_much_ink_a_plain_one_has()
    {
        var ones = PlainOnes();
        var recorded = ones.Select(i => DigitsData.Test.Factor(i, "thickness")).ToArray();
        Assert.InRange(Correlation(recorded, [.. ones.Select(i => new DigitMoments(DigitsData.Test.Image(i)).Ink)]), 0.9, 1);
    }

    private static int[] PlainOnes() =>
        [.. Enumerable.Range(0, Examples).Where(i => DigitsData.Test.Label(i) == 1 && DigitsData.Test.Factor(i, "variant") == 0)];

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var (deviationA, deviationB) = (a.Sum(x => (x - meanA) * (x - meanA)), b.Sum(x => (x - meanB) * (x - meanB)));
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(deviationA * deviationB);
    }
}
