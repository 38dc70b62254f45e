namespace VaeSharp.Distributions;

/// <summary>A smooth one-to-one map of codes: z [S, .., Z] → its image f(z) [S, .., Z] and log|det ∂f/∂z| [S, ..].</summary>
public delegate (Tensor Image, Tensor LogDet) Transformation(Tensor z);

/// <summary>The distribution of z = f(z₀) with z₀ of another distribution: log q(z) = log q₀(z₀) − log|det ∂f/∂z₀|.</summary>
/// <remarks>
/// Rezende and Mohamed 2015, arXiv:1505.05770, eq. 5 and 7. Without an <see cref="Inverse"/> the density is known at its own draws only.
/// </remarks>
/// <param name="origin">q₀.</param>
/// <param name="map">f.</param>
public sealed class Transformed(Distribution origin, Transformation map) : Distribution(origin.EventRank)
{
    /// <summary>f⁻¹ and its own log|det|; null where it is not known.</summary>
    public Transformation? Inverse { get; init; }

    /// <summary>q₀.</summary>
    public Distribution Origin => origin;

    /// <summary>Whether f is linear and leaves lengths as they are, so that it maps N(0, I) to itself.</summary>
    public bool KeepsLengths { get; init; }

    /// <summary>Makes the same distribution with parameters that pass no gradient on; null where that is not possible.</summary>
    public Func<Distribution>? WithoutGradient { get; init; }

    /// <summary>The image of the mean of q₀, which is the mean itself only where f is linear.</summary>
    public override Tensor Mean => map(origin.Mean.unsqueeze(0)).Image.squeeze(0);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var draw = origin.Rsample(samples, noise);                                               // z₀  [S, .., Z]
        var (z, logDet) = map(draw.Z);
        return new Draw(z, () => draw.LogQ! - logDet);
    }

    /// <inheritdoc/>
    /// <remarks>The spread is that of q₀: temperature 0 is the image of its mean.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) =>
        map(origin.Sample(samples, noise, temperature)).Image.detach();

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x)
    {
        if (Inverse is null)
            throw new NotSupportedException("The density of a flow without an inverse is known at its own draws only.");
        var (z, logDet) = Inverse(x);
        return origin.LogProb(z) + logDet;
    }

    /// <inheritdoc/>
    public override Distribution Detached() => WithoutGradient?.Invoke() ?? base.Detached();
}
