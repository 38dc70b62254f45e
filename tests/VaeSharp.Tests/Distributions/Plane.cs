namespace VaeSharp.Tests.Distributions;

/// <summary>A grid to integrate densities of two units on.</summary>
internal static class Plane
{
    /// <summary>
    /// All points with distance <paramref name="step"/> in a square about 0, in double precision: [N, 2]. The trapezoidal rule's error on
    /// smooth densities falls faster than any power of step over scale, and is below 10⁻⁹ from a scale of one and a half steps on.
    /// </summary>
    public static (Tensor Z, double Cell) Grid(double extent, double step)
    {
        var count = (long)Math.Round(2 * extent / step) + 1;
        var line = linspace(-extent, extent, count, dtype: float64);
        return (stack([line.repeat_interleave(count), line.repeat(count)], dim: 1), step * step);
    }
}
