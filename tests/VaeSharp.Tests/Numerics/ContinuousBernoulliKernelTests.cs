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
        var expected = Derivatives.InDouble(inputs => new ContinuousBernoulli(inputs[0], 1).LogProb(x.to_type(float64)),
            [logits], gradient);
        var terms = ContinuousBernoulliKernel.Terms(logits.to_type(float64), x.to_type(float64)).abs() + logits.detach().abs();
        Check.SameNumbers(expected.Value, found.Value, 0, Rounding * terms.sum(dim: -1L));
        Check.Close(expected.First[0], found.First[0].to_type(float64), 0, 4e-6);                // a few units of 1, times the gradient's 4
        Check.Close(expected.Again[0], found.Again[0].to_type(float64), 0, 4e-6);
        // Of a penalty's second derivatives, each a product of a variance and a gradient.
        Check.Close(expected.Second[0], found.Second[0].to_type(float64),
            1e-4, 1e-5 * expected.Second[0].abs().max().item<double>() + 1e-7);
    }

    private static readonly float[] Extremes =
    [
        0, -0f, 1e-40f, 1e-30f, -1e-30f, 0.99f, -0.99f, 1, -1, 20, -20, 88.8f, -88.8f, 104, -104, 1e4f, -1e4f, 1e30f, -1e30f,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    /// <summary>
    /// At extreme logits and values the density is the formula's. What is no number is none; infinite logits, of which the formula makes
    /// ∞ − ∞, give nothing that looks like a value. So do gradients, also those with a graph, and second derivatives, for gradients that
    /// come in as large or as no numbers.
    /// </summary>
    [Theory, InlineData(1, 0), InlineData(16, 15), InlineData(33, 7), InlineData(2050, 2049)]
    public void Extreme_logits_give_what_the_formula_gives(int size, int place)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        float[] values = [0, 0.3f, 1, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        using var noise = new SeededNoise(size);
        long[] shape = [Extremes.Length * values.Length, size];
        var (logits, x) = (1e-3 * noise.Normal(shape, CPU), noise.Uniform(shape, CPU));
        logits.select(1, place).copy_(tensor(Extremes).repeat(values.Length));
        x.select(1, place).copy_(tensor(values).repeat_interleave(Extremes.Length));
        var found = ContinuousBernoulliKernel.LogProb(logits, x)!;
        var (l, given) = (logits.to_type(float64), x.to_type(float64));
        var terms = ContinuousBernoulliKernel.Terms(l, given);
        var sum = terms.sum(dim: 1L);
        var isGood = sum.isfinite();
        Assert.True(isGood.any().item<bool>());
        Check.SameNumbers(sum[isGood], found[isGood], 0, Rounding * (terms.abs() + l.abs()).sum(dim: 1L)[isGood]);
        Assert.False((isGood.logical_not() & found.isfinite()).any().item<bool>());
        var (mean, curve) = MeanAndCurve(l);
        foreach (var factor in (float[])[1, -1e30f, 0, float.NaN, float.PositiveInfinity])
        {
            var g = full(shape[0], factor);
            var leaf = logits.detach().requires_grad_();
            ContinuousBernoulliKernel.LogProb(leaf, x)!.backward([g], false, false, [leaf]);
            AssertLike(factor * (given - mean), leaf.grad!, factor);
            leaf.grad = null;
            ContinuousBernoulliKernel.LogProb(leaf, x)!.backward([g], true, true, [leaf]);
            var first = leaf.grad!;
            leaf.grad = null;
            AssertLike(factor * (given - mean), first, factor);
            first.sum().backward(null!, false, false, [leaf]);
            AssertLike(-factor * curve, leaf.grad!, factor);
        }

        static (Tensor Mean, Tensor Curve) MeanAndCurve(Tensor l)
        {
            var leaf = l.detach().requires_grad_();
            var mean = ContinuousBernoulliKernel.Mean(leaf);
            mean.sum().backward(null!, false, false, [leaf]);
            return (mean.detach(), leaf.grad!);
        }

        static void AssertLike(Tensor expected, Tensor found, float factor)
        {
            var isFinite = expected.to_type(float32).isfinite();
            Assert.Equal(float.IsFinite(factor), isFinite.any().item<bool>());
            if (float.IsFinite(factor))
                Check.Close(expected[isFinite], found[isFinite], 0, 4e-6 * Math.Max(1, Math.Abs(factor)));
            Assert.False((isFinite.logical_not() & found.isfinite()).any().item<bool>());
        }
    }

    public static MatrixTheoryData<string, string> Pairs => new([.. Layouts.Names], [.. Layouts.Names]);

    [Theory, MemberData(nameof(Pairs))]
    public void Logits_and_data_may_lie_in_memory_in_any_order(string layout, string other)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var logits = Layouts.Of(layout, 4 * noise.Normal([3, 2, 5, 7], CPU)).requires_grad_();
        var x = Layouts.Of(other, noise.Uniform([3, 2, 5, 7], CPU));
        var found = new ContinuousBernoulli(logits, 3).LogProb(x);
        var (l, given) = (logits.detach().to_type(float64), x.to_type(float64));
        Check.Close(ContinuousBernoulliKernel.Terms(l, given).flatten(1).sum(dim: 1L), found, 1e-6, 1e-4);
        var g = tensor(new[] { 1f, -2, 3 });
        found.backward([g], false, false, [logits]);
        Check.Close(g.to_type(float64).view(3, 1, 1, 1) * (given - ContinuousBernoulliKernel.Mean(l)), logits.grad!, 0, 4e-6);
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
