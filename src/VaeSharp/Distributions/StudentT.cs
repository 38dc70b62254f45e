namespace VaeSharp.Distributions;

/// <summary>
/// Independent elements with Student's density Γ((ν + 1)/2) / (Γ(ν/2) √(πν) s) · (1 + t²/ν)^(−(ν + 1)/2), t = (x − μ)/s.
/// </summary>
/// <param name="mean">μ: [.., *event]. It is the mean where ν is above 1, and the median everywhere.</param>
/// <param name="logScale">log s, of any shape that broadcasts to the mean's.</param>
/// <param name="degreesOfFreedom">ν, of any shape that broadcasts to the mean's.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class StudentT(Tensor mean, Tensor logScale, Tensor degreesOfFreedom, int eventRank) : Distribution(eventRank)
{
    /// <inheritdoc/>
    public override Tensor Mean => mean;

    /// <summary>log s.</summary>
    public Tensor LogScale => logScale;

    /// <summary>ν.</summary>
    public Tensor DegreesOfFreedom => degreesOfFreedom;

    /// <inheritdoc/>
    /// <remarks>t = √(ν (u^(−2/ν) − 1)) cos 2πv with uniform u and v. Bailey 1994, Mathematics of Computation 62.</remarks>
    public override Tensor Sample(long samples, Noise noise)
    {
        var (mu, nu) = (mean.detach(), degreesOfFreedom.detach());
        var u = 1 - noise.Uniform([samples, .. mu.shape], mu.device);                           // (0, 1]
        var angle = 2 * Math.PI * noise.Uniform([samples, .. mu.shape], mu.device);
        var radius = (nu * (-2 / nu * u.log()).expm1()).sqrt();
        return mu + logScale.detach().exp() * radius * angle.cos();
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    public override Tensor LogProbByUnit(Tensor x)
    {
        var t = (x - mean) * (-logScale).exp();
        var halfNu = 0.5 * degreesOfFreedom;
        return LogHeight(halfNu) - logScale - (halfNu + 0.5) * (t.square() / degreesOfFreedom).log1p();
    }

    /// <summary>log Γ(z + ½) − log Γ(z), for z above 0.</summary>
    /// <remarks>
    /// The difference of two logarithms of gamma functions loses all digits for large z, where both are near z log z. Stirling's series
    /// gives it directly, ½ log z − 1/8z + 1/192z³ − …, and is taken at z + 4, where the first term left out is below 10⁻⁷; what lies
    /// between is a product, by Γ(z + 1) = z Γ(z).
    /// </remarks>
    internal static Tensor LogGammaQuotient(Tensor z) => LogHeight(z) + 0.5 * (2 * Math.PI * z).log();

    // log of the density at the mean, for s = 1: log Γ(z + ½) − log Γ(z) − ½ log 2πz, z = ν/2.
    private static Tensor LogHeight(Tensor z)
    {
        var end = z + 4;
        var inverse = 1 / end;
        var square = inverse.square();
        var series = ((square * (-1.0 / 640) + 1.0 / 192) * square - 1.0 / 8) * inverse;
        var (numerator, denominator) = (z * (z + 3), z * end + 1.75);                            // of z (z + 3) and (z + ½) (z + 3½)
        var between = numerator * (numerator + 2) / (denominator * (denominator + 2));   // with (z + 1) (z + 2), (z + 1½) (z + 2½)
        return (between * (end / z).sqrt()).log() + (series - 0.5 * Math.Log(2 * Math.PI));
    }
}
