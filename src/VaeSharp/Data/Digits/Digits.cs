namespace VaeSharp.Data;

/// <summary>Draws images of handwritten-looking digits.</summary>
/// <remarks>
/// Only integers and + − × ÷ √ are used, which IEEE 754 rounds alike everywhere, so that an image has the same bytes on every platform.
/// </remarks>
public static class Digits
{
    /// <summary>Height and width of an image, in pixels.</summary>
    public const int Side = 28;

    /// <summary>Number of pixels of an image.</summary>
    public const int Pixels = Side * Side;

    /// <summary>Draws the factors of one example of a data set.</summary>
    /// <param name="seed">Which data set: <see cref="DigitsSpec.Seed"/>.</param>
    /// <param name="split">Its training or its test part.</param>
    /// <param name="index">The example, counted from 0. The result depends on seed, split and index alone.</param>
    /// <param name="factors">Receives the factors, in the order of <see cref="DigitFactors.Names"/>: [F].</param>
    public static void Sample(long seed, DigitSplit split, int index, Span<float> factors) =>
        DigitSampler.Sample(seed, split, index, factors);

    /// <summary>Draws the image that has the given factors.</summary>
    /// <param name="factors">What to draw; need not be factors that <see cref="Sample"/> would give.</param>
    /// <param name="image">Receives the image, 255 for full ink: [1, 28, 28].</param>
    /// <exception cref="ArgumentException">The image has another number of pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such digit, or no such variant of it.</exception>
    public static void Draw(DigitFactors factors, Span<byte> image)
    {
        if (image.Length != Pixels)
            throw new ArgumentException($"An image has {Pixels} pixels, got {image.Length}.", nameof(image));
        var skeleton = DigitAlphabet.Skeleton(factors.Digit, factors.Variant);
        Span<DigitPoint> line = stackalloc DigitPoint[skeleton.Count];
        DigitShape.Bend(skeleton, factors, line);
        DigitShape.Place(skeleton, factors, line);

        Span<double> canvas = stackalloc double[DigitPen.CanvasSize];
        canvas.Clear();
        for (var i = 1; i < line.Length; i++)
        {
            if (skeleton.StartsStroke(i))
                continue;
            var force = DigitShape.Force(skeleton, factors, i);
            DigitPen.Draw(line[i - 1], line[i], factors.Thickness / 2 * force, factors.Ink * force, canvas);
        }
        DigitPen.Develop(canvas, image);
    }
}
