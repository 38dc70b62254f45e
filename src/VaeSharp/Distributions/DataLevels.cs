namespace VaeSharp.Distributions;

/// <summary>The values that an element of discrete data can have: Low + index · Step, for the indices 0 … Count − 1.</summary>
/// <param name="Low">The smallest.</param>
/// <param name="Step">The distance of neighbours.</param>
/// <param name="Count">How many there are, at least 2.</param>
public sealed record DataLevels(double Low, double Step, long Count)
{
    /// <summary>The levels of data that have some: bytes have 256, on their range.</summary>
    /// <exception cref="ArgumentException">The data have none; <see cref="Refuses"/> says so beforehand.</exception>
    public static DataLevels Of(DataSpec data) => Refuses(data) is { } reason
        ? throw new ArgumentException($"A discrete likelihood {reason}.", nameof(data))
        : new(data.Low, (data.High - data.Low) / (data.Levels - 1), data.Levels);

    /// <summary>Why data have no levels, as the end of a sentence that begins with a likelihood's name; null where they have.</summary>
    public static string? Refuses(DataSpec data) => data.IsBounded && data.High > data.Low && data.Levels >= 2
        ? null
        : "needs values with known levels, as bytes have, but the data are continuous; use gaussian or laplace, or save them as bytes";

    /// <summary>The index of the level that is nearest to each value: numbers without a fraction, no integers.</summary>
    public Tensor IndexOf(Tensor x) => PositionOf(x).round().clamp(0, Count - 1);

    /// <summary>Where values lie on the scale of indices.</summary>
    public Tensor PositionOf(Tensor x) => (x - Low) * (1 / Step);

    /// <summary>The value at each position on the scale of indices.</summary>
    public Tensor ValueOf(Tensor position) => position * Step + Low;
}
