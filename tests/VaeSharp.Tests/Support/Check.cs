namespace VaeSharp.Tests.Support;

/// <summary>Comparisons of tensors.</summary>
internal static class Check
{
    /// <summary>Holds |a − b| ≤ absolute + relative · |b| for every element.</summary>
    public static void Close(Tensor expected, Tensor found, double relative = 1e-5, double absolute = 1e-6)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, found.shape);
        var (a, b) = (expected.detach().to_type(float64), found.detach().to_type(float64));
        var excess = (a - b).abs() - (absolute + relative * a.abs());
        Assert.True(excess.numel() == 0 || excess.max().item<double>() <= 0,
            $"differs by up to {(a - b).abs().max().item<double>()}, of values up to {a.abs().max().item<double>()}");
    }

    /// <summary>
    /// Holds |a − b| ≤ bound + relative · |b| for every element, where the expected are rounded to single precision first: what is infinite
    /// or no number there is the same here.
    /// </summary>
    public static void SameNumbers(Tensor expected, Tensor found, double relative, Tensor? bound = null)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, found.shape);
        double[] a = Numbers(expected.to_type(float32)), b = Numbers(found);
        var room = bound is null ? new double[a.Length] : Numbers(bound.expand(expected.shape));
        for (var i = 0; i < a.Length; i++)
        {
            var same = double.IsFinite(a[i])
                ? Math.Abs(a[i] - b[i]) <= relative * Math.Abs(a[i]) + room[i]
                : a[i].Equals(b[i]);
            if (!same)
                Assert.Fail($"element {i} of [{string.Join(", ", expected.shape)}]: expected {a[i]:R}, found {b[i]:R}");
        }
    }

    private static double[] Numbers(Tensor x) => x.detach().to_type(float64).contiguous().data<double>().ToArray();

    /// <summary>Holds two numbers to each other.</summary>
    public static void Close(double expected, double found, double relative = 1e-5, double absolute = 1e-6) =>
        Assert.True(Math.Abs(expected - found) <= absolute + relative * Math.Abs(expected), $"expected {expected}, found {found}");

    /// <summary>Whether every element is a number.</summary>
    public static bool IsFinite(Tensor x) => x.isfinite().all().item<bool>();
}
