using VaeSharp.Networks;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Networks;

/// <summary>Layers with PyTorch's padding: values and gradients against its own functions, in double precision.</summary>
public sealed class PaddingTests
{
    public static MatrixTheoryData<int, int, int, bool> Geometries => new([1, 2], [3, 4, 5], [6, 7, 8, 9], [false, true]);

    private static readonly (int Small, int Large)[] Channels = [(3, 2), (9, 11), (8, 1)];

    [Theory, MemberData(nameof(Geometries))]
    public void A_convolution_pads_as_PyTorch(int padding, int kernel, int size, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        foreach (var (outputs, inputs) in Channels)
        {
            var layer = PlainNet.Drawn(new Convolution(inputs, outputs, kernel, stride: 2, padding: padding));
            AssertSame(layer, [2, inputs, size, size + 3],
                (x, weight, bias) => nn.functional.conv2d(x, weight, bias, [2, 2], [padding, padding]));
            Assert.Equal((size + 2 * padding - kernel) / 2 + 1, layer.SizeOf(size));
        }
    }

    [Theory, MemberData(nameof(Geometries))]
    public void A_transposed_convolution_pads_as_PyTorch(int padding, int kernel, int size, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        foreach (var more in (int[])[0, 1])                                                       // PyTorch's output_padding
        {
            var (height, width) = ((size - 1) * 2 - 2 * padding + kernel + more, (size + 2) * 2 - 2 * padding + kernel + more);
            foreach (var (inputs, outputs) in Channels)
            {
                var layer = new TransposedConvolution(inputs, outputs, kernel, stride: 2, (height, width), padding: padding);
                AssertSame(PlainNet.Drawn(layer), [2, inputs, size, size + 3], (x, weight, bias) =>
                    nn.functional.conv_transpose2d(x, weight, bias, [2, 2], [padding, padding], [more, more]));
            }
        }
    }

    /// <summary>An image that the kernel does not fit into, with its zeros, is padded as Keras does: it does not vanish.</summary>
    [Fact]
    public void An_image_that_is_too_small_is_padded_as_Keras_does()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (torch, keras) = (new Convolution(8, 8, 4, 2, padding: 1), new Convolution(8, 8, 4, 2));
        torch.Initialise(noise);
        keras.load_state_dict(torch.state_dict());
        var x = noise.Normal([2, 8, 1, 6], CPU);                                                  // fits across, where both pad alike
        Assert.Equal((1, 3), (torch.SizeOf(1), torch.SizeOf(6)));
        Check.Close(keras.call(x), torch.call(x), 0, 0);
    }

    private static void AssertSame(Layer layer, long[] shape, Func<Tensor, Tensor, Tensor, Tensor> expected)
    {
        using var noise = new SeededNoise(3);
        var x = noise.Normal(shape, CPU).requires_grad_();
        var parameters = layer.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
        Tensor[] inputs = [x, parameters["weight"], parameters["bias"]];
        Tensor[] copies = [.. inputs.Select(input => input.detach().to_type(float64).contiguous().requires_grad_())];
        foreach (var input in inputs)
            input.grad = null;
        var (found, plain) = (layer.call(x), expected(copies[0], copies[1], copies[2]));
        var gradient = noise.Normal(found.shape, CPU);
        found.backward([gradient]);
        plain.backward([gradient.to_type(float64)]);
        Check.Close(plain, found, 1e-4, 1e-4);
        foreach (var (input, copy) in inputs.Zip(copies))
            Check.Close(copy.grad!, input.grad!, 1e-4, 1e-4 * copy.grad!.abs().max().item<double>());
    }
}
