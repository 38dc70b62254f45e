namespace VaeSharp;

/// <summary>The space that codes live in: Euclidean, [Z].</summary>
/// <param name="Size">Number Z of units.</param>
public sealed record LatentSpace(long Size)
{
    /// <summary>The shape of one code: [Z].</summary>
    public long[] Shape => [Size];

    /// <summary>The code at a fraction of the way from one to another: [.., Z].</summary>
    public static Tensor Interpolate(Tensor from, Tensor to, double fraction) => from + fraction * (to - from);

    /// <summary>
    /// A square of codes on the plane of the first two units, the others 0: [steps · steps, Z], both from −extent upwards, the first unit
    /// changing fastest.
    /// </summary>
    /// <param name="steps">Number of codes on each side.</param>
    /// <param name="extent">The plane reaches from −extent to +extent.</param>
    /// <exception cref="InvalidOperationException">The space has one unit only.</exception>
    public float[] Grid(int steps, double extent)
    {
        if (Size < 2)
            throw new InvalidOperationException($"A plane needs at least 2 latent units, but there is {Size}.");
        var codes = new float[steps * steps * Size];
        for (var row = 0; row < steps; row++)
        {
            for (var column = 0; column < steps; column++)
            {
                var at = (row * steps + column) * Size;
                codes[at] = Place(column);
                codes[at + 1] = Place(row);
            }
        }
        return codes;

        float Place(int i) => (float)(steps == 1 ? 0 : extent * (2.0 * i / (steps - 1) - 1));
    }
}
