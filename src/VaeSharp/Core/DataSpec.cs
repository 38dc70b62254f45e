namespace VaeSharp;

/// <summary>What one example is: its shape, the range and number of its values, and the classes of its labels.</summary>
public sealed record DataSpec
{
    /// <summary>Describes examples of one shape.</summary>
    /// <param name="shape">[C, H, W] for images, [D] for vectors. Every size is at least 1.</param>
    public DataSpec(params long[] shape)
    {
        if (shape.Length == 0 || shape.Any(size => size < 1))
            throw new ArgumentException($"An example's sizes must be at least 1, got [{string.Join(", ", shape)}].", nameof(shape));
        Shape = shape;
    }

    /// <summary>[C, H, W] for images, [D] for vectors.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The smallest value that an element can have. −∞ where there is none.</summary>
    public double Low { get; init; }

    /// <summary>The largest value that an element can have. +∞ where there is none.</summary>
    public double High { get; init; } = 1;

    /// <summary>How many different values an element can have: 256 for bytes, 2 for binary data, 0 for continuous data.</summary>
    public int Levels { get; init; }

    /// <summary>The names of the labels' classes, in the labels' order; empty where examples have no label.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The same for examples of another shape, resampled: values in between become possible, so bytes have 256 levels.</summary>
    public DataSpec Reshape(params long[] shape) => new DataSpec(shape)
    {
        Low = Low,
        High = High,
        Levels = Levels > 0 ? 256 : 0,
        ClassNames = ClassNames,
    };

    /// <summary>Number of classes; 0 where examples have no label.</summary>
    public int Classes => ClassNames.Count;

    /// <summary>Number D of elements of one example.</summary>
    public long Size => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether an example is an image: [C, H, W].</summary>
    public bool IsImage => Shape.Count == 3;

    /// <summary>Whether an example can be drawn: an image that is grey or red, green and blue.</summary>
    public bool IsDrawable => IsImage && Shape[0] is 1 or 3;

    /// <summary>Whether both ends of the range are finite.</summary>
    public bool IsBounded => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>The shape as people write it: <c>1 × 28 × 28</c>.</summary>
    public string ShapeText => string.Join(" × ", Shape);

    /// <summary>Why a part that needs images refuses data that are none, as the end of a sentence; null for images.</summary>
    /// <param name="instead">What to use in its place.</param>
    internal string? NeedsImages(string instead) =>
        IsImage ? null : $"needs images, [C, H, W], but the data are [{ShapeText}]; use {instead}";
}
