using TorchSharp;
using VaeSharp.Networks;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Networks;

/// <summary>
/// Layers between few channels, odd numbers of them and numbers that fill no vector, against double precision. libtorch's convolutions are
/// wrong for some of them (pytorch/pytorch#163347).
/// </summary>
public sealed class ConvolutionPrecisionTests
{
    private static readonly long[] Channels = [1, 2, 3, 8, 16, 17, 20, 32];

    public static MatrixTheoryData<long, bool, bool, bool, bool> Cases =>
        new(Channels, [true, false], [true, false], [true, false], [true, false]);

    /// <summary>
    /// By the library's own kernels, and plainly, by ways around what libtorch gets wrong in bfloat16 on some processors: then in single
    /// precision, on all of them.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_double_precision(long inputs, bool transposed, bool reduced, bool rectified, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        using var noise = new SeededNoise(inputs);
        foreach (var outputs in Channels)
        {
            foreach (var (kernel, stride) in ((long, long)[])[(3, 2), (2, 1)])
            {
                using var inner = NewDisposeScope();
                var (layer, precise) = (Make(outputs, kernel, stride), Make(outputs, kernel, stride));
                Draw(layer, precise, noise);
                var x = noise.Normal([2, inputs, 6, 5], CPU);
                var expected = Run(precise, x.to_type(float64));
                Tensor[] found;
                using (ReducedPrecision.Use(reduced))
                    found = Run(layer, x);
                // Eight bits an operand, and sums in single precision; or single precision throughout, also on processors that need not.
                var isWrong = transposed ? inputs % 2 != 0 : outputs % 2 != 0 || (inputs == 1 && outputs % 16 != 0);
                var share = reduced && !(plain && isWrong) ? 0.03 : 1e-5;
                foreach (var (one, other) in expected.Zip(found))
                {
                    var off = (one - other.to_type(float64)).abs().max().item<double>() / one.abs().max().item<double>();
                    Assert.True(off <= share, $"{inputs} → {outputs}, kernel {kernel}, stride {stride}: {off}");
                }
            }
        }

        Layer Make(long outputs, long kernel, long stride) => transposed
            ? new TransposedConvolution(inputs, outputs, kernel, stride, (6 * stride, 5 * stride), rectified ? Activation.Relu : null)
            : new Convolution(inputs, outputs, kernel, stride, rectified ? Activation.Relu : null);
    }

    /// <summary>Images themselves need no gradient, and models spend none on them.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Values_are_right_where_the_input_needs_no_gradient(long inputs, bool transposed, bool reduced, bool rectified, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        using var noise = new SeededNoise(inputs);
        foreach (var outputs in Channels)
        {
            Layer layer = transposed
                ? new TransposedConvolution(inputs, outputs, 3, 2, (12, 10), rectified ? Activation.Relu : null)
                : new Convolution(inputs, outputs, 3, 2, rectified ? Activation.Relu : null);
            layer.Initialise(noise);
            var x = noise.Normal([2, inputs, 6, 5], CPU);
            Tensor found;
            using (ReducedPrecision.Use(reduced))
                found = layer.call(x).to_type(float64);
            layer.to(float64);
            var expected = layer.call(x.to_type(float64));
            var off = (expected - found).abs().max().item<double>() / expected.abs().max().item<double>();
            Assert.True(off <= (reduced ? 0.03 : 1e-5), $"{inputs} → {outputs}: {off}");
        }
    }

    public static MatrixTheoryData<long, bool, bool> Twice => new(Channels, [true, false], [true, false]);

    /// <summary>
    /// A penalty on the gradient of x moves x and the weights: libtorch makes second derivatives of convolutions with the roles of images
    /// and weights changed, which are as many chances to be wrong.
    /// </summary>
    [Theory, MemberData(nameof(Twice))]
    public void Gradients_of_gradients_are_those_of_double_precision(long inputs, bool transposed, bool plain)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(inputs);
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        foreach (var outputs in Channels)
        {
            using var inner = NewDisposeScope();
            var (layer, precise) = (Make(), Make());
            Draw(layer, precise, noise);
            var x = noise.Normal([2, inputs, 6, 5], CPU);
            var expected = Penalise(precise, x.to_type(float64));
            foreach (var (one, other) in expected.Zip(Penalise(layer, x)))
            {
                var off = (one - other.to_type(float64)).abs().max().item<double>() / one.abs().max().item<double>();
                Assert.True(off <= 5e-5, $"{inputs} → {outputs}: {off}");
            }

            Layer Make() => transposed
                ? new TransposedConvolution(inputs, outputs, 3, 2, (12, 10)) : new Convolution(inputs, outputs, 3, 2);
        }
    }

    private static Tensor[] Penalise(Layer layer, Tensor x)
    {
        var leaf = x.detach().requires_grad_();
        layer.call(leaf).sigmoid().sum().backward(null!, true, true, [leaf]);
        var penalty = leaf.grad!.square().sum();
        leaf.grad = null;
        Tensor[] all = [leaf, .. layer.parameters()];
        penalty.backward(null!, false, false, all);
        return [penalty.detach(), .. all.Select(value => value.grad!)];
    }

    // The same weights in both precisions.
    private static void Draw(Layer layer, Layer precise, Noise noise)
    {
        layer.Initialise(noise);
        precise.to(float64);
        using var frozen = no_grad();
        foreach (var (from, to) in layer.parameters().Zip(precise.parameters()))
            to.copy_(from);
    }

    private static Tensor[] Run(Layer layer, Tensor x)
    {
        var leaf = x.detach().requires_grad_();
        var y = layer.call(leaf);
        Tensor[] all = [leaf, .. layer.parameters()];
        y.to_type(layer.parameters().First().dtype).cos().sum().backward(null!, false, false, all);
        return [y.detach(), .. all.Select(value => value.grad!)];
    }
}
