namespace VaeSharp.Distributions;

/// <summary>
/// A distribution about a point of hyperbolic space, of steps from it. Densities are with respect to the space's volume: in the
/// coordinates of codes, (sinh(√c r)/(√c r))^(Z−1) at the distance r from the origin.
/// </summary>
/// <param name="mean">μ, as a code: [.., Z].</param>
/// <param name="curvature">c; the space has the curvature −c.</param>
public abstract class HyperbolicNormal(Tensor mean, double curvature) : Distribution(eventRank: 1)
{
    /// <summary>μ, from which the mean of the squared distance is the least: [.., Z].</summary>
    public override Tensor Mean => mean;

    /// <summary>c.</summary>
    public double Curvature => curvature;

    /// <summary>Whether μ is the origin, from which a step is a code.</summary>
    public bool AtOrigin { get; init; }

    /// <summary>Number Z of dimensions.</summary>
    protected long Dimension => mean.size(-1);

    /// <inheritdoc/>
    /// <remarks>z = exp_μ of a step. The density is that of the step, which nothing has rounded.</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var step = Steps(samples, noise);                                                        // [S, .., Z]
        return new Draw(From(step), () => LogDensity(step).to_type(mean.dtype));
    }

    /// <inheritdoc/>
    /// <remarks>The length of a step has the factor.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature) => From(temperature * Steps(samples, noise)).detach();

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) =>
        LogDensity(AtOrigin ? x.to_type(float64) : Hyperbolic.Add(-mean, x, curvature)).to_type(x.dtype);

    /// <summary>Steps from μ, in double precision, with a pathwise gradient: [S, .., Z].</summary>
    protected abstract Tensor Steps(long samples, Noise noise);

    /// <summary>The log density where steps lead, in double precision: [..].</summary>
    protected abstract Tensor LogDensity(Tensor step);

    private Tensor From(Tensor step) => (AtOrigin ? step : Hyperbolic.Add(mean, step, curvature)).to_type(mean.dtype);
}
