using System.Runtime.InteropServices;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Training;

namespace VaeSharp.Tests.Numerics;

/// <summary>
/// What fails while libtorch asks a function of the library for its gradient is an exception of whoever asked libtorch. Without care it
/// ends the process, which is why these run in another one.
/// </summary>
public sealed class GuardedFunctionTests
{
    private const string IsOther = "VAESHARP_TEST_FAILING_GRADIENTS";
    private const string Written = "modified by an inplace operation";

    [Fact]
    public Task Failures_on_the_way_back_can_be_caught() =>
        OtherProgram.RunAsync(typeof(GuardedFunctionTests), nameof(What_fails_in_the_other_program), (IsOther, "1"));

    [Fact]
    public Task What_was_written_over_on_the_way_back_is_told() =>
        OtherProgram.RunAsync(typeof(GuardedFunctionTests), nameof(What_is_written_over_in_the_other_program), (IsOther, "1"));

    /// <summary>
    /// The library's own calls throw what the function threw; <c>backward</c> throws that its gradient was refused. No gradient arrives,
    /// and the next pass is not affected. Inputs of no dimensions and of one element are those that libtorch would broadcast to.
    /// </summary>
    [Fact]
    public void What_fails_in_the_other_program()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(IsOther) is null, "Runs in a program of its own.");
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        foreach (var shape in (long[][])[[], [1], [3], [1, 1], [2, 3]])
        {
            var x = noise.Normal(shape, CPU).requires_grad_();
            AssertTold(() => Gradient.Of(value => Failing.apply(value, "told"), x));
            AssertTold(() => Jacobian.Squares(value => Failing.apply("told", value), x, noise, probes: 1));
            AssertTold(() => Backward.Through(Failing.apply(x, x).sum(), null, true, true, [x]));
            AssertRefused(() => Failing.apply(x, "told").sum().backward());
            AssertRefused(() => Failing.apply(2 * x, "told").sum().backward(null!, true, true, [x]));
            AssertTold(() => Backward.Through(Failing.apply(Failing.apply(x), "told"), ones_like(x), false, false, [x]));
            Assert.Null(x.grad);
            Backward.Through((2 * x).sum(), null, false, false, [x]);
            Check.Close(full_like(x, 2), x.grad!, 0, 0);
        }
        using var layer = new Linear(3, 2);
        layer.Initialise(noise);
        using var copies = new WeightCopies();
        using var player = new TrainingPlayer(new Player("model", [layer]), new SgdSpec(), copies);
        AssertTold(() => player.Backward(Failing.apply(layer.call(ones(4, 3))).sum(), keepGraph: false));
        player.Backward(layer.call(ones(4, 3)).sum(), keepGraph: false);
        player.Clip(0, step: 1);

        static void AssertTold(Action action) => Assert.Equal("No gradient.", Assert.Throws<InvalidOperationException>(action).Message);

        // One of libtorch's two sentences on gradients that do not fit: on shapes, and on complex numbers.
        static void AssertRefused(Action action) =>
            Assert.Matches("invalid gradient|isFloatingType", Assert.Throws<ExternalException>(action).Message);
    }

    private sealed class Failing : GuardedFunction<Failing>
    {
        public override string Name => nameof(Failing);

        protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars) => vars.OfType<Tensor>().First().clone();

        protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient) =>
            throw new InvalidOperationException("No gradient.");
    }

    /// <summary>
    /// Kernels keep what their gradients need: logits, operands, the value behind a ReLU. Who writes over one of them gets libtorch's error
    /// and no gradient, as with libtorch's own functions.
    /// </summary>
    [Fact]
    public void What_is_written_over_in_the_other_program()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(IsOther) is null, "Runs in a program of its own.");
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var kappa = noise.Uniform([3], CPU).to_type(float64).requires_grad_();
        AssertWritten(ConcentrationFunction.LogNormaliser(kappa, 5), kappa, kappa);
        var gate = new GradientGate { Factor = ones(7) };
        var passed = Leaf(3, 2);
        Assert.Throws<ExternalException>(() => Backward.Through(gate.Pass(passed).sum(), null, false, false, [passed]));
        if (!Kernels.AreSupported)
            return;
        var logits = Leaf(4, 33);
        AssertWritten(BernoulliKernel.LogProb(logits, noise.Uniform([4, 33], CPU))!, logits, logits);
        AssertWritten(ContinuousBernoulliKernel.LogProb(logits, noise.Uniform([4, 33], CPU))!, logits, logits);
        var (x, weight, bias) = (Leaf(5, 33), Leaf(40, 33), Leaf(40));
        var y = LinearKernel.Apply(x, weight, bias, relu: true)!;
        AssertWritten(y, y, x, weight, bias);
        AssertWritten(LinearKernel.Apply(x, weight, bias, relu: false)!, weight, x, weight, bias);
        var (u, ofChannels) = (ImageLeaf(2, 17, 4, 5), Leaf(17));
        y = BiasKernel.Apply(u.clone(), ofChannels, relu: true, new Window(0, 0, 4, 5))!;
        AssertWritten(y, y, u, ofChannels);
        var grids = new Grids(new Grid(4, 5, 17), new Grid(8, 10, 9), kernel: 3, stride: 2, top: 0, left: 0);
        var (small, large, taps, ofLarge) = (u, ImageLeaf(2, 9, 8, 10), ImageLeaf(17, 9, 3, 3), Leaf(9));
        y = ConvolutionKernel.Apply(large, taps, ofChannels, grids, up: false, relu: true)!;
        AssertWritten(y, y, large, taps, ofChannels);
        y = ConvolutionKernel.Apply(small, taps, ofLarge, grids, up: true, relu: true)!;
        AssertWritten(y, y, small, taps, ofLarge);
        AssertWritten(ConvolutionWeights.Of(small, large, grids), large, small, large);

        Tensor Leaf(params long[] shape) => noise.Normal(shape, CPU).requires_grad_();

        Tensor ImageLeaf(params long[] shape) => Layouts.ChannelsLast(noise.Normal(shape, CPU)).requires_grad_();
    }

    private static void AssertWritten(Tensor y, Tensor written, params Tensor[] leaves)
    {
        using (no_grad())
            written.add_(1);
        Assert.Contains(Written,
            Assert.Throws<ExternalException>(() => Backward.Through(y.sum(), null, retainGraph: true, createGraph: false, leaves)).Message);
        Assert.Contains(Written,
            Assert.Throws<ExternalException>(() => Backward.Through(y.sum(), null, retainGraph: true, createGraph: true, leaves)).Message);
        Assert.Contains("invalid gradient", Assert.Throws<ExternalException>(() => y.sum().backward(null!, true, false, leaves)).Message);
        Assert.All(leaves, leaf => Assert.Null(leaf.grad));
    }
}
