namespace VaeSharp.Data;

/// <summary>Names the ground-truth factors of one drawn digit. An image is a function of its factors and of nothing else.</summary>
/// <remarks>
/// Lengths are in pixels where that is said, else in half heights of the digit; x points right and y down.
/// Factors after <see cref="Variant"/> are independent of each other and of the digit.
/// </remarks>
/// <param name="row">The factors in the order of <see cref="Names"/>: [F].</param>
/// <exception cref="ArgumentException">There are not F factors.</exception>
public readonly ref struct DigitFactors(ReadOnlySpan<float> row)
{
    private readonly ReadOnlySpan<float> row = row.Length == Count
        ? row
        : throw new ArgumentException($"A digit has {Count} factors, got {row.Length}.", nameof(row));

    /// <summary>The names of the factors, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "digit", "variant", "size", "aspect", "slant", "rotation", "x", "y", "thickness", "ink", "pressure",
        "bow", "taper", "arch", "balance",
        .. Enumerable.Range(1, Harmonics).Select(k => $"wobble-x{k}"), .. Enumerable.Range(1, Harmonics).Select(k => $"wobble-y{k}"),
    ];

    /// <summary>Number of polynomials that the wobble of a line is made of, in each direction.</summary>
    public const int Harmonics = 5;

    /// <summary>Number F of factors.</summary>
    public const int Count = 15 + 2 * Harmonics;

    /// <summary>The digit, 0 to 9: the example's label.</summary>
    public int Digit => (int)row[0];

    /// <summary>The way of writing the digit, counted from 0 for each digit: a 7 with or without a bar.</summary>
    public int Variant => (int)row[1];

    /// <summary>The longer side of the box around the ink, in pixels.</summary>
    public float Size => row[2];

    /// <summary>Factor by which the digit is wider than its skeleton.</summary>
    public float Aspect => row[3];

    /// <summary>Shear to the right, as the tangent of the angle from the vertical.</summary>
    public float Slant => row[4];

    /// <summary>Clockwise rotation, as the tangent of the angle.</summary>
    public float Rotation => row[5];

    /// <summary>Horizontal distance of the ink's centre of mass from the image's centre, in pixels; ink on ink counts twice.</summary>
    public float X => row[6];

    /// <summary>Vertical distance of the ink's centre of mass from the image's centre, in pixels; ink on ink counts twice.</summary>
    public float Y => row[7];

    /// <summary>Width of the line, in pixels.</summary>
    public float Thickness => row[8];

    /// <summary>Darkness of the line: 1 just gives bytes of 255 in its middle, more makes its edge harder.</summary>
    public float Ink => row[9];

    /// <summary>Relative growth of the line's thickness and ink from its middle to its end; negative where the pen lightens.</summary>
    public float Pressure => row[10];

    /// <summary>Displacement of top and bottom to the right against the middle: x += bow · y².</summary>
    public float Bow => row[11];

    /// <summary>Widening from top to bottom: x += taper · x · y.</summary>
    public float Taper => row[12];

    /// <summary>Displacement of the sides downwards against the middle: y += arch · x².</summary>
    public float Arch => row[13];

    /// <summary>Growth of the upper part and shrinkage of the lower one: y += balance · y².</summary>
    public float Balance => row[14];

    /// <summary>Coefficients of T₁ … T₅, Chebyshev polynomials of the way along the line, in x, in lengths of the line: [5].</summary>
    public ReadOnlySpan<float> WobbleX => row.Slice(15, Harmonics);

    /// <summary>Coefficients of T₁ … T₅, Chebyshev polynomials of the way along the line, in y, in lengths of the line: [5].</summary>
    public ReadOnlySpan<float> WobbleY => row.Slice(15 + Harmonics, Harmonics);
}
