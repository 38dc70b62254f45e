namespace VaeSharp.Networks;

/// <summary>The images that Pythae has networks for.</summary>
public enum PythaeImages
{
    /// <summary>28 × 28. These networks take any other size too.</summary>
    Mnist,

    /// <summary>32 × 32.</summary>
    Cifar,

    /// <summary>64 × 64.</summary>
    Celeba,
}

/// <summary>
/// A transposed convolution of Pythae's decoders: its kernel, stride and padding as PyTorch counts, and how large its output is.
/// </summary>
internal readonly record struct PythaeUp(long Kernel, long Stride, long Padding, (long Height, long Width) Size)
{
    /// <summary>Of a square output.</summary>
    public PythaeUp(long kernel, long stride, long padding, long side) : this(kernel, stride, padding, (side, side))
    {
    }

    /// <summary>Those of the networks for MNIST: 3 × 3, each to twice the size or one less, as the encoder had it.</summary>
    /// <returns>The size in front of the first, and each.</returns>
    public static ((long Height, long Width) Start, PythaeUp[] Layers) Doubling(DataSpec data, int times)
    {
        var sizes = Convolution.Halved(data.Shape[1], data.Shape[2], times).Reverse().ToList();
        return (sizes[0], [.. sizes.Skip(1).Select(size => new PythaeUp(3, 2, 1, size))]);
    }

    /// <summary>Why networks for some images do not take others.</summary>
    public static string? Refuses(PythaeImages images, DataSpec data) => (images, data.Shape) switch
    {
        (PythaeImages.Cifar, not [_, 32, 32]) => "with images cifar needs images of 32 × 32",
        (PythaeImages.Celeba, not [_, 64, 64]) => "with images celeba needs images of 64 × 64",
        _ => null,
    };

    /// <summary>The layer.</summary>
    public TransposedConvolution Layer(long inputs, long outputs, Activation? activation = null) =>
        new(inputs, outputs, Kernel, Stride, Size, activation, Padding);
}
