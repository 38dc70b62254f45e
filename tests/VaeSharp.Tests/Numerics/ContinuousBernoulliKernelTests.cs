using VaeSharp.Distributions;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>
/// The continuous Bernoulli log density in one pass against the plain formula in double precision, which quadrature is held to.
/// </summary>
public sealed class ContinuousBernoulliKernelTests
{
    // Of the numbers that are added up, x·l and A(l), which cancel.
    private const double Rounding = 1e-6;

    public static MatrixTheoryData<long, long, double> Sizes => new([1, 3], [1, 15, 16, 17, 784, 2049], [1e-3, 1, 30, 1e4]);

    [Theory, MemberData(nameof(Sizes))]
    public void Values_gradients_and_gradients_of_gradients_are_those_of_the_formula(long times, long size, double scale)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(size);
        var (logits, x) = (scale * noise.Normal([times, 4, size], CPU), noise.Uniform([4, size], CPU));
        var gradient = noise.Normal([times, 4], CPU);
        var found = Derivatives.Of(inputs => new ContinuousBernoulli(inputs[0], 1).LogProb(x), [logits.clone()], gradient);
        var expected = Derivatives.InDouble(inputs => new ContinuousBernoulli(inputs[0], 1).LogProb(x.to_type(float64)), [logits], gradient);
        var terms = ContinuousBernoulliKernel.Terms(logits.to_type(float64), x.to_type(float64)).abs() + logits.detach().abs();
        Check.SameNumbers(expected.Value, found.Value, 0, Rounding * terms.sum(dim: -1L));
        Check.Close(expected.First[0], found.First[0].to_type(float64), 0, 4e-6);                // a few units of 1, times the gradient's 4
        Check.Close(expected.Again[0], found.Again[0].to_type(float64), 0, 4e-6);
        // Of a penalty's second derivatives, each a product of a variance and a gradient.
        Check.Close(expected.Second[0], found.Second[0].to_type(float64), 1e-4, 1e-5 * expected.Second[0].abs().max().item<double>() + 1e-7);
    }

    /// <summary>The kernel ran above: it does, and gives another last bit than the plain formula.</summary>
    [Fact]
    public void Without_kernels_the_plain_formula_runs()
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (logits, x) = (5 * noise.Normal([8, 784], CPU), noise.Uniform([8, 784], CPU));
        Assert.NotNull(ContinuousBernoulliKernel.LogProb(logits, x));
        var found = new ContinuousBernoulli(logits, 1).LogProb(x);
        using var plain = Kernels.Avoid();
        Assert.Null(ContinuousBernoulliKernel.LogProb(logits, x));
        Check.Close(new ContinuousBernoulli(logits, 1).LogProb(x), found, 2e-6, 1e-3);
    }
}
