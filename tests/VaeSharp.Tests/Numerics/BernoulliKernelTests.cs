using VaeSharp.Distributions;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>log p(x) = Σ x·l − log(1 + eˡ) in one pass against libtorch's cross-entropy in double precision.</summary>
public sealed class BernoulliKernelTests
{
    public BernoulliKernelTests() => WithKernels.Needed();

    // Of the sum of absolute values: a summand's own rounding is a unit or two of 6e-8, and that of adding up, in blocks of 128 to a lane,
    // about as much.
    private const double Rounding = 5e-7;

    // x − σ(l) is a difference of numbers up to 1: a unit of σ, and one of the difference.
    private const double OfGradient = 1.2e-7;

    private static readonly float[] Extremes =
    [
        0, -0f, 1e-40f, 1e-30f, -1e-30f, 1, -1, 20, -20, 86, -86, 88.8f, -88.8f, 104, -104, 1e4f, -1e4f, 1e30f, -1e30f, float.MaxValue,
        float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    private static readonly float[] Values = [0, 1, 0.3f, -1, 2, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    private static Tensor Plain(Tensor logits, Tensor x) => -nn.functional.binary_cross_entropy_with_logits(
        logits, x.repeat(logits.size(0) / x.size(0), 1), reduction: nn.Reduction.None).sum(dim: 1L);

    // The same without cancellation, which costs libtorch's formula the digits of small numbers even in double precision. What infinite
    // logits give is libtorch's business.
    private static Tensor Terms(Tensor logits, Tensor x)
    {
        var (l, given) = (logits.to_type(float64), x.to_type(float64).repeat(logits.size(0) / x.size(0), 1));
        var plain = -nn.functional.binary_cross_entropy_with_logits(l, given, reduction: nn.Reduction.None);
        return where(l.isfinite(), (given - (l > 0).to_type(float64)) * l - (-l.abs()).exp().log1p(), plain);
    }

    private static void AssertValue(Tensor logits, Tensor x, Tensor found, double relative = Rounding)
    {
        var terms = Terms(logits, x);
        Check.SameNumbers(terms.sum(dim: 1L), found, 0, relative * terms.abs().sum(dim: 1L) + 2e-38);
    }

    private static (Tensor Logits, Tensor X) Draw(long rows, long size, long times = 1, double scale = 4)
    {
        using var noise = new SeededNoise(rows * 1000 + size);
        return (scale * noise.Normal([rows * times, size], CPU), noise.Uniform([rows, size], CPU));
    }

    private static void AssertGradient(Tensor logits, Tensor x, Tensor g, Tensor found)
    {
        var given = x.to_type(float64).repeat(logits.size(0) / x.size(0), 1);
        var factor = g.to_type(float64).unsqueeze(1);
        Check.SameNumbers(factor * (given - logits.detach().to_type(float64).sigmoid()), found, OfGradient, OfGradient * factor.abs());
    }

    // The gradient that can be differentiated, and that of its sum.
    private static (Tensor First, Tensor Second) FirstAndSecond(Tensor logits, Tensor x, Tensor g)
    {
        var leaf = logits.detach().requires_grad_();
        BernoulliKernel.LogProb(leaf, x)!.backward([g], true, true, [leaf]);
        var first = leaf.grad!;
        leaf.grad = null;
        first.sum().backward(null!, false, false, [leaf]);
        return (first.detach(), leaf.grad!);
    }

    private static Tensor Gradient(Tensor logits, Tensor x, Tensor g)
    {
        var leaf = logits.detach().requires_grad_();
        BernoulliKernel.LogProb(leaf, x)!.backward([g], false, false, [leaf]);
        return leaf.grad!;
    }

    public static MatrixTheoryData<long, long, long> Sizes =>
        new([1, 2, 5], [1, 2, 15, 16, 17, 31, 33, 784, 2047, 2048, 2049, 4111], [1, 3]);

    [Theory, MemberData(nameof(Sizes))]
    public void Values_and_gradients_are_those_of_the_formula(long rows, long size, long times)
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(rows, size, times);
        AssertValue(logits, x, BernoulliKernel.LogProb(logits, x)!);
        using var noise = new SeededNoise(size);
        var g = noise.Normal([rows * times], CPU);
        AssertGradient(logits, x, g, Gradient(logits, x, g));
    }

    [Fact]
    public void Long_events_are_added_up_without_losing_digits()
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(1, 1_000_003);
        AssertValue(logits, x, BernoulliKernel.LogProb(logits, x)!, relative: 1e-7);
        AssertGradient(logits, x, ones(1), Gradient(logits, x, ones(1)));
    }

    /// <summary>Where log p rounds to nothing, its digits are still there: log(1 + e⁻²⁰) is 2e-9.</summary>
    [Fact]
    public void Sure_predictions_keep_their_digits()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 20f, -20, 40, -40, 80, -80, 10, -10 }).view(8, 1);
        var x = (logits > 0).to_type(float32);
        AssertValue(logits, x, BernoulliKernel.LogProb(logits, x)!);
        var wrong = 1 - x;
        AssertValue(logits, wrong, BernoulliKernel.LogProb(logits, wrong)!);
    }

    /// <summary>
    /// What is infinite or no number is so here too. A sigmoid that rounds to 0 is e⁻⁸⁷ here, so that what belongs to it is within 2e-38 of
    /// the formula, and an infinite gradient of it stays infinite where 0 · ∞ is no number; neither is finite.
    /// </summary>
    [Theory, InlineData(1, 0), InlineData(16, 15), InlineData(33, 32), InlineData(33, 7), InlineData(2050, 2049)]
    public void Extreme_logits_and_values_give_what_the_formula_gives(int size, int place)
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(Extremes.Length * Values.Length, size, scale: 1e-3);
        logits.select(1, place).copy_(tensor(Extremes).repeat(Values.Length));
        x.select(1, place).copy_(tensor(Values).repeat_interleave(Extremes.Length));
        AssertValue(logits, x, BernoulliKernel.LogProb(logits, x)!);
        foreach (var factor in (float[])[1, -1e30f, 0, float.NaN])
        {
            var g = full(logits.size(0), factor);
            AssertGradient(logits, x, g, Gradient(logits, x, g));
            var (first, second) = FirstAndSecond(logits, x, g);
            AssertGradient(logits, x, g, first);
            Check.SameNumbers(factor * Slope(), second, 5e-7, full([], OfGradient * Math.Abs(factor)));
        }
        var infinite = full(logits.size(0), float.PositiveInfinity);
        var expected = infinite.unsqueeze(1) * (x - logits.sigmoid());
        var again = FirstAndSecond(logits, x, infinite);
        foreach (var found in (Tensor[])[Gradient(logits, x, infinite), again.First, again.Second])
            Assert.Equal(0, (expected.isfinite() | found.isfinite()).sum().item<long>());

        // ∂²/∂l² log p = −σ(l) (1 − σ(l)), whatever x is; 0 at infinity.
        Tensor Slope() => -logits.to_type(float64).sigmoid() * (-logits.to_type(float64)).sigmoid();
    }

    [Theory, InlineData(1, 1, 1), InlineData(3, 17, 1), InlineData(4, 33, 3), InlineData(2, 2049, 2)]
    public void Gradients_of_gradients_are_those_of_the_formula(long rows, long size, long times)
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(rows, size, times, scale: 1);
        using var noise = new SeededNoise(3);
        var g = noise.Normal([rows * times], CPU);
        var expected = Derivatives.InDouble(inputs => Plain(inputs[0], x.to_type(float64)), [logits], g);
        var found = Derivatives.Of(inputs => BernoulliKernel.LogProb(inputs[0], x)!, [logits], g);
        found.AssertNear(expected, 1e-6);
        Assert.True(expected.Second[0].abs().max().item<double>() > 0);
    }

    /// <summary>(‖∂ log p / ∂z‖ − 1)², as a decoder's penalty has it, with a layer in front: it moves weights and z.</summary>
    [Fact]
    public void Penalties_on_the_norm_of_a_gradient_move_what_lies_in_front()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (z, weight, x) = (noise.Normal([5, 3], CPU), noise.Normal([33, 3], CPU), noise.Uniform([5, 33], CPU));
        var found = Penalise(z, weight, logits => BernoulliKernel.LogProb(logits, x)!);
        var expected = Penalise(z.to_type(float64), weight.to_type(float64), logits => Plain(logits, x.to_type(float64)));
        Assert.All(expected.Zip(found), pair => Check.Close(pair.First, pair.Second, 1e-5, 1e-5 * pair.First.abs().max().item<double>()));

        static Tensor[] Penalise(Tensor code, Tensor matrix, Func<Tensor, Tensor> logProb)
        {
            var (z, weight) = (code.detach().clone().requires_grad_(), matrix.detach().clone().requires_grad_());
            logProb(z.mm(weight.t()).tanh()).sum().backward(null!, true, true, [z]);
            var norm = z.grad!.square().sum(dim: 1L).sqrt();
            z.grad = null;
            (norm - 1).square().mean().backward(null!, false, false, [z, weight]);
            return [z.grad!, weight.grad!];
        }
    }

    public static MatrixTheoryData<string, string> Pairs => new([.. Layouts.Names], [.. Layouts.Names]);

    /// <summary>The distribution flattens, and copies what it must.</summary>
    [Theory, MemberData(nameof(Pairs))]
    public void Logits_and_data_may_lie_in_memory_in_any_order(string layout, string other)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var logits = Layouts.Of(layout, 4 * noise.Normal([3, 2, 5, 7], CPU)).requires_grad_();
        var x = Layouts.Of(other, noise.Uniform([3, 2, 5, 7], CPU));
        var found = new Bernoulli(logits, 3).LogProb(x);
        var expected = new Bernoulli(logits.to_type(float64), 3).LogProb(x.to_type(float64));
        Check.SameNumbers(expected, found, Rounding);
        var g = tensor(new[] { 1f, -2, 3 });
        found.backward([g], false, false, [logits]);
        AssertGradient(logits.flatten(1), x.flatten(1), g, logits.grad!.flatten(1));
    }

    [Theory, InlineData("summed"), InlineData("every second"), InlineData("weighted")]
    public void Gradients_may_come_in_any_order(string kind)
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(6, 33);
        var leaf = logits.requires_grad_();
        var value = BernoulliKernel.LogProb(leaf, x)!;
        using var noise = new SeededNoise(6);
        var g = kind == "summed" ? ones(6) : noise.Normal([6], CPU);
        if (kind == "every second")
            value.backward([Layouts.Of(kind, g)], false, false, [leaf]);
        else
            (kind == "summed" ? value : value * g).sum().backward(null!, false, false, [leaf]);
        AssertGradient(leaf, x, g, leaf.grad!);
    }

    /// <summary>What the kernel does not know takes the plain way, which has a gradient for x too, and events of no elements.</summary>
    [Fact]
    public void What_the_kernel_cannot_do_is_left_to_the_formula()
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(3, 17);
        Assert.NotNull(BernoulliKernel.LogProb(logits, x));
        Assert.Null(BernoulliKernel.LogProb(logits.to_type(float64), x));
        Assert.Null(BernoulliKernel.LogProb(logits, x.to_type(float64)));
        Assert.Null(BernoulliKernel.LogProb(logits.to_type(bfloat16), x.to_type(bfloat16)));
        Assert.Null(BernoulliKernel.LogProb(Layouts.Of("transposed", logits), x));
        Assert.Null(BernoulliKernel.LogProb(logits, Layouts.Of("every second", x)));
        Assert.Null(BernoulliKernel.LogProb(zeros(0, 4), zeros(0, 4)));
        Assert.Null(BernoulliKernel.LogProb(logits, x.detach().requires_grad_()));
        Assert.Null(BernoulliKernel.LogProb(logits, x[TensorIndex.Colon, ..16].contiguous()));
        Assert.Null(BernoulliKernel.LogProb(logits, x[..2]));
        Assert.Null(BernoulliKernel.LogProb(logits[0], x[0]));
        using (Kernels.Avoid())
            Assert.Null(BernoulliKernel.LogProb(logits, x));
        Assert.Equal([0], new Bernoulli(zeros(0, 4), 1).LogProb(zeros(0, 4)).shape);
        Check.Close(zeros(3), new Bernoulli(zeros(3, 0), 1).LogProb(zeros(3, 0)));
        var leaf = x.detach().requires_grad_();
        new Bernoulli(logits, 1).LogProb(leaf).sum().backward(null!, false, false, [leaf]);
        Check.Close(logits, leaf.grad!);                                                        // ∂/∂x (x·l − …) = l
    }

    [Fact]
    public void It_changes_nothing_that_it_reads_and_can_be_asked_again()
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(4, 33, 2);
        logits.requires_grad_();
        using var noise = new SeededNoise(7);
        var g = noise.Normal([8], CPU);
        var before = (Tensor[])[logits.detach().clone(), x.clone(), g.clone()];
        var value = BernoulliKernel.LogProb(logits, x)!;
        var kept = value.detach().clone();
        value.backward([g], true, false, [logits]);
        var first = logits.grad!.clone();
        logits.grad = null;
        value.backward([g], false, false, [logits]);
        Check.Close(first, logits.grad!, 0, 0);
        Assert.All(before.Zip([logits, x, g]), pair => Check.Close(pair.First, pair.Second, 0, 0));
        Check.Close(kept, value, 0, 0);
        using (no_grad())
            Check.Close(kept, BernoulliKernel.LogProb(logits, x)!, 0, 0);
        using (inference_mode())
            Check.Close(kept, BernoulliKernel.LogProb(logits, x)!, 0, 0);
    }

    /// <summary>Logits that something else needs too: both gradients add up.</summary>
    [Fact]
    public void Logits_may_be_used_twice()
    {
        using var scope = NewDisposeScope();
        var (values, x) = Draw(4, 33);
        var (one, other) = (values.clone().requires_grad_(), values.to_type(float64).requires_grad_());
        (BernoulliKernel.LogProb(one, x)!.sum() + BernoulliKernel.LogProb(one, 1 - x)!.sum() * 2 + one.sigmoid().sum()).backward();
        var given = x.to_type(float64);
        (Plain(other, given).sum() + Plain(other, 1 - given).sum() * 2 + other.sigmoid().sum()).backward();
        Check.Close(other.grad!, one.grad!, 1e-6, 5e-7);
    }

    [Fact]
    public void Results_are_the_same_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var (logits, x) = Draw(67, 785, 2);
        using var noise = new SeededNoise(8);
        var g = noise.Normal([134], CPU);
        WithKernels.AssertSameOnAnyThreads(() => [BernoulliKernel.LogProb(logits, x)!, Gradient(logits, x, g)]);
    }
}
