namespace VaeSharp.Evaluation;

/// <summary>Units of a code that say something about the examples.</summary>
/// <remarks>
/// A unit u is active if the mean of its posterior varies over the data: Var_x(E_{q(u|x)} u) > 0.01. Source: Burda, Grosse and
/// Salakhutdinov 2016, arXiv:1509.00519, section 5.2.
/// </remarks>
public static class ActiveUnits
{
    /// <summary>The variance above which a unit is active. Paper: 0.01.</summary>
    public const double Threshold = 0.01;

    /// <summary>Number of active units.</summary>
    /// <param name="means">The mean of q(z|x) of each example, as <see cref="Training.Run.Encode(Data.Dataset)"/> gives it: [N, Z].</param>
    /// <param name="units">Number Z of units.</param>
    /// <param name="threshold">The variance above which a unit is active.</param>
    /// <exception cref="ArgumentException">The means are not a whole number of codes.</exception>
    public static int Count(ReadOnlySpan<float> means, int units, double threshold = Threshold) =>
        Variances(means, units).Count(variance => variance > threshold);

    /// <summary>The variance of each unit over the examples, (1/N) Σ (u − ū)²: [Z].</summary>
    /// <param name="means">The mean of q(z|x) of each example: [N, Z].</param>
    /// <param name="units">Number Z of units.</param>
    /// <exception cref="ArgumentException">The means are not a whole number of codes, or there is none.</exception>
    public static double[] Variances(ReadOnlySpan<float> means, int units)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        if (means.IsEmpty || means.Length % units != 0)
            throw new ArgumentException($"Codes must have {units} units each, got {means.Length} numbers in all.", nameof(means));
        var (count, mean, variance) = (means.Length / units, new double[units], new double[units]);
        for (var i = 0; i < means.Length; i++)
            mean[i % units] += means[i] / (double)count;
        for (var i = 0; i < means.Length; i++)
            variance[i % units] += (means[i] - mean[i % units]) * (means[i] - mean[i % units]) / count;
        return variance;
    }
}
