namespace VaeSharp.Likelihoods;

/// <summary>Numbers that are softly held above a floor: floor + softplus(x − floor), which is x far above it.</summary>
internal static class SoftFloor
{
    /// <summary>
    /// The floor of log σ, or of log s, of noise that is not fixed: Rybkin et al. 2021, arXiv:2006.13202, published code.
    /// </summary>
    public const double LogScale = -6;

    /// <summary>The numbers, each plus an offset, held above the floor.</summary>
    public static Tensor Above(double floor, Tensor x, double offset = 0) => nn.functional.softplus(x + (offset - floor)) + floor;

    /// <summary>The number that <see cref="Above"/> makes into one above the floor.</summary>
    public static double Inverse(double floor, double value) => value + Math.Log(1 - Math.Exp(floor - value));

    /// <summary>log σ² = 2 log σ, with log σ held above <see cref="LogScale"/>.</summary>
    /// <param name="logVar">log σ² before that, up to the offset.</param>
    /// <param name="logSigma">An offset of log σ.</param>
    public static Tensor LogVariance(Tensor logVar, double logSigma = 0) => 2 * Above(LogScale, 0.5 * logVar, logSigma);
}
