namespace VaeSharp.Distributions;

/// <summary>Independent elements with density cosh(a t)^(−1/a) / Z b, t = (x − μ)/b: quadratic near the mean, linear far from it.</summary>
/// <remarks>
/// The loss (1/a) log cosh(a t) is Chen et al.'s (2019, OpenReview rkglvsC9Ym, eq. 3); Z = (1/a) B(1/2a, 1/2) makes it a density.
/// For large a it becomes Laplace's of scale b, for small a the normal density of variance b²/a.
/// </remarks>
/// <param name="mean">μ: [.., *event].</param>
/// <param name="sharpness">a, above 0.</param>
/// <param name="scale">b, above 0.</param>
/// <param name="eventRank">Number of trailing dimensions that make one event.</param>
public sealed class LogCosh(Tensor mean, double sharpness, double scale, int eventRank) : Distribution(eventRank)
{
    private static readonly double LogTwo = Math.Log(2);

    private readonly double logMass = LogMass(sharpness, scale);

    /// <inheritdoc/>
    public override Tensor Mean => mean;

    /// <summary>log Z b, the integral of cosh(a t)^(−1/a) over x, in double precision.</summary>
    public static double LogMass(double sharpness, double scale)
    {
        using var scope = NewDisposeScope();
        var n = 1 / sharpness;
        // B(n/2, 1/2) = √π Γ(n/2) / Γ(n/2 + 1/2).
        return 0.5 * Math.Log(Math.PI) - StudentT.LogGammaQuotient(tensor(0.5 * n, float64)).item<double>() + Math.Log(n * scale);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// sinh(a t) is 1/√n times a Student variable with n = 1/a degrees of freedom (Cacoullos 1965), which is drawn as Bailey does; in
    /// logarithms, because for large a it is beyond every number.
    /// </remarks>
    public override Tensor Sample(long samples, Noise noise)
    {
        var mu = mean.detach();
        var u = 1 - noise.Uniform([samples, .. mu.shape], mu.device);                           // (0, 1]
        var cosine = (2 * Math.PI * noise.Uniform([samples, .. mu.shape], mu.device)).cos();
        var w = -2 * sharpness * u.log();
        var logSinh = 0.5 * (w + (-(-w).expm1()).log()) + cosine.abs().log();                   // log |sinh(a t)|
        var far = logSinh + (1 + (-2 * logSinh.clamp(min: 0)).exp()).sqrt().log1p();
        return mu + scale / sharpness * cosine.sign() * where(logSinh > 0, far, logSinh.clamp(max: 0).exp().asinh());
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => SumEvent(LogProbByUnit(x));

    /// <inheritdoc/>
    /// <remarks>log cosh u = softplus(2u) − u − log 2, which neither overflows nor has a kink, whatever the sign and size of u.</remarks>
    public override Tensor LogProbByUnit(Tensor x)
    {
        var u = (x - mean) * (sharpness / scale);
        return (u - nn.functional.softplus(2 * u)) * (1 / sharpness) + (LogTwo / sharpness - logMass);
    }
}
