using VaeSharp.Networks;

namespace VaeSharp.Tests.Networks;

/// <summary>Convolutions and their transposes against loops that know nothing of torch.</summary>
public sealed class ConvolutionTests
{
    public static MatrixTheoryData<int, int, int> Geometries => new([1, 2, 3], [2, 3, 4, 5], [1, 6, 7, 8, 9]);

    // Layers go different ways for few channels and for more.
    private static readonly (int Small, int Large)[] Channels = [(3, 2), (9, 11), (8, 1)];

    [Theory, MemberData(nameof(Geometries))]
    public void A_convolution_has_the_geometry_of_Keras(int stride, int kernel, int size)
    {
        using var scope = NewDisposeScope();
        foreach (var (outputs, inputs) in Channels)
        {
            var layer = new Convolution(inputs, outputs, kernel, stride);
            var (weight, bias) = Randomise(layer);
            foreach (var width in (int[])[size + 3, size])                                       // one layer, two sizes of images
            {
                var x = Draw(inputs, size, width);
                var expected = KerasGeometry.Convolution(Array(x), Array4(weight), [.. bias.to_type(float64).data<double>()], stride);
                Check.Close(Tensor(expected), layer.call(x.unsqueeze(0))[0], 1e-4, 1e-5);
                Assert.Equal(expected.GetLength(1), Convolution.Reduced(size, stride));
            }
        }
    }

    [Theory, MemberData(nameof(Geometries))]
    public void A_transposed_convolution_has_the_geometry_of_Keras(int stride, int kernel, int size)
    {
        using var scope = NewDisposeScope();
        // Full size, and cropped as behind an encoder whose images did not divide by the stride.
        foreach (var crop in Enumerable.Range(0, stride))
        {
            var (height, width) = (size * stride - crop, (size + 3) * stride - crop);
            foreach (var (inputs, outputs) in Channels)
            {
                var layer = new TransposedConvolution(inputs, outputs, kernel, stride, (height, width));
                var (weight, bias) = Randomise(layer);
                var x = Draw(inputs, size, size + 3);
                var expected = KerasGeometry.Transposed(Array(x), Array4(weight), [.. bias.to_type(float64).data<double>()],
                    stride, height, width);
                Check.Close(Tensor(expected), layer.call(x.unsqueeze(0))[0], 1e-4, 1e-5);
            }
        }
    }

    /// <summary>⟨Conv x, y⟩ = ⟨x, Convᵀ y⟩ with the same weights, wherever the stride divides the sizes.</summary>
    [Theory, MemberData(nameof(Geometries))]
    public void The_transpose_is_the_adjoint(int stride, int kernel, int size)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (size * stride, (size + 3) * stride);
        var forward = new Convolution(2, 3, kernel, stride);
        var backward = new TransposedConvolution(3, 2, kernel, stride, (height, width));
        using (no_grad())
        {
            var weight = Randomise(forward).Weight;
            forward.named_parameters().Single(p => p.name == "bias").parameter.zero_();
            backward.named_parameters().Single(p => p.name == "weight").parameter.copy_(weight);  // [3, 2, k, k] in both
        }
        var (x, y) = (Draw(1, 2, height, width), Draw(1, 3, size, size + 3));
        Check.Close((forward.call(x) * y).sum().item<float>(), (x * backward.call(y)).sum().item<float>(), 1e-3, 1e-3);
    }

    /// <summary>Room that no tap reaches is a mistake of who chose the sizes.</summary>
    [Theory, InlineData(4, 8), InlineData(16, 16), InlineData(16, 1)]
    public void An_image_larger_than_the_full_output_is_refused(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var layer = new TransposedConvolution(inputs, outputs, 3, 2, (28, 28));
        var refusal = Assert.Throws<ArgumentException>(() => layer.call(zeros(1, inputs, 4, 4)));
        Assert.Contains("4 x 4 becomes one of 9 x 9", refusal.Message, StringComparison.Ordinal);
    }

    private static long seed = 1;

    private static Tensor Draw(params long[] shape)
    {
        using var noise = new SeededNoise(Interlocked.Increment(ref seed));
        return noise.Normal(shape, CPU);
    }

    private static (Tensor Weight, Tensor Bias) Randomise(Layer layer)
    {
        using var frozen = no_grad();
        var parameters = layer.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach (var parameter in parameters.Values)
            parameter.copy_(Draw(parameter.shape));
        return (parameters["weight"], parameters["bias"]);
    }

    private static double[,,] Array(Tensor x)
    {
        var array = new double[x.size(0), x.size(1), x.size(2)];
        Buffer.BlockCopy(x.to_type(float64).data<double>().ToArray(), 0, array, 0, array.Length * sizeof(double));
        return array;
    }

    private static double[,,,] Array4(Tensor x)
    {
        var array = new double[x.size(0), x.size(1), x.size(2), x.size(3)];
        Buffer.BlockCopy(x.detach().to_type(float64).data<double>().ToArray(), 0, array, 0, array.Length * sizeof(double));
        return array;
    }

    private static Tensor Tensor(double[,,] array) =>
        tensor(array.Cast<double>().ToArray()).view(array.GetLength(0), array.GetLength(1), array.GetLength(2));
}
