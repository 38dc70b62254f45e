namespace VaeSharp;

/// <summary>
/// The space that codes live in: vectors [Z], all of them, a convex set of them or the points of a curved space; or a vector for each
/// place of a raster, [C, h, w].
/// </summary>
/// <param name="Units">Number of units of a vector: Z, or C.</param>
public sealed record LatentSpace(long Units)
{
    /// <summary>Numbers of categories of the discrete variables, whose one-hot vectors end the code; empty where there are none.</summary>
    public IReadOnlyList<long> Categories { get; init; } = [];

    /// <summary>Height h and width w of the raster of places; null where a code is one vector.</summary>
    public (long Height, long Width)? Raster { get; init; }

    /// <summary>Number of places: h · w, or 1.</summary>
    public long Places => Raster is { } raster ? raster.Height * raster.Width : 1;

    /// <summary>Number of units of a whole code.</summary>
    public long Size => Units * Places;

    /// <summary>The shape of one code: [Z] or [C, h, w].</summary>
    public long[] Shape => Raster is { } raster ? [Units, raster.Height, raster.Width] : [Units];

    /// <summary>The kind of space.</summary>
    public Geometry Geometry { get; init; }

    /// <summary>c of hyperbolic space, whose curvature is −c; 0 elsewhere.</summary>
    public double Curvature { get; init; }

    /// <summary>Whether it is a plane, of which a picture shows all.</summary>
    public bool IsPlane => Units == 2 && Raster is null && Geometry == Geometry.Euclidean;

    /// <summary>The code at a fraction of the way from one to another, on the shortest way within the space: [.., Z].</summary>
    public Tensor Interpolate(Tensor from, Tensor to, double fraction) => Geometry switch
    {
        Geometry.Sphere => Sphere.Between(from, to, fraction),
        Geometry.Hyperbolic => Hyperbolic.Between(from, to, fraction, Curvature),
        _ => from + fraction * (to - from),
    };

    /// <summary>The code that is decoded for any vector: itself, or the nearest point of the space: [.., Z].</summary>
    public Tensor Nearest(Tensor z) => Geometry switch
    {
        Geometry.Sphere => Sphere.Direction(z),
        _ => z,
    };

    /// <summary>Vectors of places, each where it is: [.., h·w, C] → [.., C, h, w].</summary>
    internal Tensor Placed(Tensor vectors) => vectors.transpose(-2, -1).reshape([.. vectors.shape[..^2], .. Shape]);

    /// <summary>One vector at all places: [C] → [C, h, w].</summary>
    internal Tensor Everywhere(Tensor vector) => vector.view([-1, .. Shape[1..].Select(_ => 1L)]).expand(Shape);

    /// <summary>What an encoder yields, a place behind the other: [B, F·h·w] → [B·h·w, F].</summary>
    internal Tensor ByPlace(Tensor features) => features.view(features.size(0), -1, Places).transpose(1, 2).flatten(0, 1);

    /// <summary>Where codes are drawn: themselves, or in the Poincaré ball: [N, Z].</summary>
    public float[] Drawn(float[] codes)
    {
        if (Geometry != Geometry.Hyperbolic)
            return codes;
        using var scope = NewDisposeScope();
        return new PoincareBall(Curvature).Point(tensor(codes).view(-1, Size)).data<float>().ToArray();
    }

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

/// <summary>Kinds of spaces.</summary>
public enum Geometry
{
    /// <summary>All vectors.</summary>
    Euclidean,

    /// <summary>Vectors of length 1.</summary>
    Sphere,

    /// <summary>Some vectors, with all between any two of them: positive numbers, shares, zeros and ones that are made smooth.</summary>
    Convex,

    /// <summary>Points of hyperbolic space, as their direction from the origin times their distance: every vector is one.</summary>
    Hyperbolic,
}
