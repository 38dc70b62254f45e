using System.Runtime.Intrinsics;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>Functions of sixteen numbers at a time against .NET's in double precision.</summary>
public sealed unsafe class VectorsTests
{
    private const float Least = -87;

    public VectorsTests() => WithKernels.Needed();

    private static float[] Apply(float[] x, Func<Vector512<float>, Vector512<float>> function)
    {
        var result = new float[(x.Length + 15) / 16 * 16];
        x.CopyTo(result, 0);
        for (var i = 0; i < result.Length; i += 16)
            function(Vector512.LoadUnsafe(ref result[i])).CopyTo(result, i);
        return result[..x.Length];
    }

    // From the least to the greatest in even steps, and the powers of two between.
    private static float[] Points(double from, double to) =>
    [
        .. Enumerable.Range(0, 100_001).Select(i => (float)(from + (to - from) * i / 100_000)),
        .. Enumerable.Range(-126, 133).SelectMany(n => (float[])[MathF.ScaleB(1, n), -MathF.ScaleB(1, n)]).Where(x => x >= from && x <= to),
    ];

    // Units in the last place of the expected number. Normal numbers only: kernels need no others.
    private static double Ulps(double expected, float found) =>
        Math.Abs(expected - found) / Math.Max(MathF.BitIncrement((float)Math.Abs(expected)) - (float)Math.Abs(expected), 1.2e-45);

    private static void AssertWithin(double ulps, float[] x, float[] found, Func<double, double> function)
    {
        var worst = x.Zip(found).MaxBy(pair => Ulps(function(pair.First), pair.Second));
        var (expected, off) = (function(worst.First), Ulps(function(worst.First), worst.Second));
        Assert.True(off <= ulps, $"f({worst.First:R}) = {worst.Second:R}, and not {expected:R}: {off} units");
    }

    /// <summary>Half a unit is the last rounding's; the rest is that of 1 + r + r² P(r) and of r.</summary>
    [Fact]
    public void The_exponential_of_a_negative_number_is_right_to_about_one_unit()
    {
        var x = Points(Least, 0);
        AssertWithin(1.1, x, Apply(x, Vectors.ExpOfNegative), Math.Exp);
        Assert.Equal([1, 1], Apply([0f, -0f], Vectors.ExpOfNegative));
    }

    [Fact]
    public void The_exponential_of_anything_lower_is_that_of_the_least()
    {
        var least = (float)Math.Exp(Least);
        Assert.All(Apply([-87.5f, -88, -104, -1e4f, -1e30f, float.MinValue, float.NegativeInfinity], Vectors.ExpOfNegative),
            found => Assert.Equal(least, found, 1e-44f));
        Assert.All(Apply([float.NaN, -float.NaN], Vectors.ExpOfNegative), found => Assert.True(float.IsNaN(found)));
    }

    [Fact]
    public void The_logarithm_of_one_and_a_number_is_right_to_two_units()
    {
        var x = Points(0, 1);
        AssertWithin(2, x, Apply(x, Vectors.LogOfOneAnd), Log1P);
        Assert.Equal(0, Apply([0f], Vectors.LogOfOneAnd)[0]);
        Assert.True(float.IsNaN(Apply([float.NaN], Vectors.LogOfOneAnd)[0]));

        // Kahan's: .NET has no log1p.
        static double Log1P(double x) => 1 + x == 1 ? x : x * Math.Log(1 + x) / (1 + x - 1);
    }

    [Fact]
    public void The_sigmoid_is_right_to_about_two_units_on_both_sides()
    {
        var x = Points(-86, 86);
        AssertWithin(2.2, x, Apply(x, l => Vectors.Sigmoid(l, Vectors.ExpOfNegative(-Vector512.Abs(l)))), l => 1 / (1 + Math.Exp(-l)));
    }

    [Theory]
    [InlineData(0f, 0.5f), InlineData(1e4f, 1f), InlineData(1e30f, 1f), InlineData(float.PositiveInfinity, 1f)]
    [InlineData(-1e4f, 0f), InlineData(-1e30f, 0f), InlineData(float.NegativeInfinity, 0f), InlineData(float.NaN, float.NaN)]
    public void The_sigmoid_has_its_limits(float logit, float expected)
    {
        var found = Apply([logit], l => Vectors.Sigmoid(l, Vectors.ExpOfNegative(-Vector512.Abs(l))))[0];
        Assert.True(float.IsNaN(expected) ? float.IsNaN(found) : Math.Abs(expected - found) < 2e-38, $"{found}");   // e⁻⁸⁷ in place of 0
    }

    [Theory]
    [InlineData(2f, 2f, 1f), InlineData(0f, 0f, 0f), InlineData(-3f, 0f, 0f), InlineData(1e-40f, 1e-40f, 1f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 1f), InlineData(float.NegativeInfinity, 0f, 0f)]
    [InlineData(float.NaN, float.NaN, 1f)]
    public void The_rectifier_and_its_gradient_are_those_of_libtorch(float x, float value, float slope)
    {
        var found = Apply([x], Vectors.Relu)[0];
        Assert.Equal(value, found);
        foreach (var gradient in (float[])[5, -5, float.NaN, float.PositiveInfinity])
        {
            var expected = slope == 0 ? 0 : gradient;
            Assert.Equal(expected, Apply([found], output => Vectors.WherePositive(output, Vector512.Create(gradient)))[0]);
        }
    }

    [Theory]
    [InlineData(1e-35f, true, false), InlineData(0.99e-35f, false, false), InlineData(1e-16f, true, true)]
    [InlineData(0.99e-16f, true, false), InlineData(1e-40f, false, false), InlineData(float.Epsilon, false, false)]
    [InlineData(1f, true, true), InlineData(float.MaxValue, true, true)]
    [InlineData(float.PositiveInfinity, true, true), InlineData(float.NaN, true, true)]
    public void Small_numbers_are_flushed_and_others_stay(float x, bool stays, bool rootStays)
    {
        foreach (var value in (float[])[x, -x])
        {
            Assert.Equal(stays ? value : 0, Apply([value], Vectors.Flush)[0]);
            Assert.Equal(rootStays ? value : 0, Apply([value], Vectors.FlushRoot)[0]);
        }
    }

    public static TheoryData<int> Counts => [.. Enumerable.Range(-17, 35)];

    /// <summary>In memory that ends where the numbers end, each neighbour would be seen.</summary>
    [Theory, MemberData(nameof(Counts))]
    public void The_first_numbers_are_read_and_written_and_no_others(int count)
    {
        var some = Math.Clamp(count, 0, 16);
        float[] values = [.. Enumerable.Range(1, 16).Select(i => (float)i)], target = [.. Enumerable.Repeat(-1f, 48)];
        float[] expected = [.. values.Take(some), .. new float[16 - some]];
        fixed (float* source = values, to = target)
        {
            var found = new float[16];
            Vectors.LoadFirst(source, count).CopyTo(found);
            Assert.Equal(expected, found);
            Vectors.First(Vector512.Load(source), count).CopyTo(found);
            Assert.Equal(expected, found);
            Vectors.StoreFirst(Vector512.Load(source), to + 16, count);
        }
        Assert.Equal([.. Enumerable.Repeat(-1f, 16), .. values.Take(some), .. Enumerable.Repeat(-1f, 32 - some)], target);
    }

    /// <summary>What is no number, behind the first, must not come in through a product with 0.</summary>
    [Fact]
    public void What_is_not_among_the_first_may_be_anything()
    {
        var values = Enumerable.Repeat(float.NaN, 16).ToArray();
        values[0] = 2;
        fixed (float* source = values)
        {
            Assert.Equal(2, Vector512.Sum(Vectors.LoadFirst(source, 1)));
            Assert.Equal(2, Vector512.Sum(Vectors.First(Vector512.Load(source), 1)));
        }
    }
}
