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
    public override Tensor LogProb(Tensor x)
    {
        var t = (x - mean) * (-logScale).exp();
        var halfNu = 0.5 * degreesOfFreedom;
        var logMass = 0.5 * (2 * Math.PI * halfNu).log() - LogGammaQuotient(halfNu) + logScale;
        return -SumEvent((halfNu + 0.5) * (t.square() / degreesOfFreedom).log1p() + logMass);
    }

    /// <summary>log Γ(z + ½) − log Γ(z), for z above 0.</summary>
    /// <remarks>
    /// The difference of two logarithms of gamma functions loses all digits for large z, where both are near z log z. Stirling's series gives
    /// it directly, ½ log z − 1/8z + 1/192z³ − …, and is taken at z + 4, where the first term left out is below 10⁻⁹; what lies between
    /// is a product, by Γ(z + 1) = z Γ(z).
    /// </remarks>
    internal static Tensor LogGammaQuotient(Tensor z)
    {
        var inverse = 1 / (z + 4);
        var square = inverse.square();
        var series = square * (-31.0 / 18_432) + 17.0 / 14_336;
        series = series * square - 1.0 / 640;
        series = series * square + 1.0 / 192;
        series = series * square - 1.0 / 8;
        var between = z / (z + 0.5) * ((z + 1) / (z + 1.5)) * ((z + 2) / (z + 2.5)) * ((z + 3) / (z + 3.5));
        return ((z + 4).sqrt() * between).log() + series * inverse;
    }
}
