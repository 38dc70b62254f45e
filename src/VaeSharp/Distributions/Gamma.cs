namespace VaeSharp.Distributions;

/// <summary>Independent positive elements with density β^α x^(α − 1) e^(−βx) / Γ(α).</summary>
/// <param name="concentration">α, above 0: [.., Z].</param>
/// <param name="rate">β, above 0, of any shape that broadcasts to the concentration's.</param>
public sealed class Gamma(Tensor concentration, Tensor rate) : Distribution(eventRank: 1)
{
    // Draws of small concentrations can be below every number; log densities need one. Its reciprocal is one in single precision too.
    internal const double Least = 1e-30;

    /// <summary>α.</summary>
    public Tensor Concentration => concentration;

    /// <summary>β.</summary>
    public Tensor Rate => rate;

    /// <inheritdoc/>
    public override Tensor Mean => concentration / rate;

    /// <inheritdoc/>
    public override Tensor Variance => concentration / rate.square();

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var log = GammaDraws.Log(concentration, samples, noise) - rate.log();                    // [S, .., Z]
        var z = log.exp().clamp_min(Least).to_type(concentration.dtype);
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    /// <remarks>The spread is a power of the quotient to the mean, so that draws stay positive at any temperature.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature)
    {
        var z = Sample(samples, noise);
        return temperature == 1 ? z : (Mean * (z / Mean).pow(temperature)).detach();
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    /// <remarks>α log β − log Γ(α) + (α − 1) log x − βx, in double precision: its terms cancel for large α.</remarks>
    public override Tensor LogProbByUnit(Tensor x)
    {
        var (alpha, beta, at) = (concentration.to_type(float64), rate.to_type(float64), x.to_type(float64).clamp_min(Least));
        return (alpha * beta.log() - alpha.lgamma() + (alpha - 1) * at.log() - beta * at).to_type(x.dtype);
    }

    /// <inheritdoc/>
    public override Distribution Detached() => new Gamma(concentration.detach(), rate.detach());
}
