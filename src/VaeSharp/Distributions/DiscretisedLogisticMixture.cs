namespace VaeSharp.Distributions;

/// <summary>
/// Pixels on the levels of discrete data: K discretised logistic components, whose weights a pixel's channels share. Where coefficients are
/// given, green's location moves with red, and blue's with red and green.
/// </summary>
/// <remarks>
/// Salimans et al. 2017, arXiv:1701.05517, eq. 1 to 3. R is the number of pixels. Locations and scales are on the scale of indices.
/// </remarks>
/// <param name="logits">Logarithms of the weights up to a constant: [.., K, R].</param>
/// <param name="location">μ: [.., K, C, R].</param>
/// <param name="logScale">log s: [.., K, C, R].</param>
/// <param name="coefficients">α, β, γ of eq. 3: [.., K, 3, R]; null where channels of one component are independent.</param>
/// <param name="levels">The levels.</param>
/// <param name="shape">The shape of one event, of C · R elements.</param>
public sealed class DiscretisedLogisticMixture(Tensor logits, Tensor location, Tensor logScale, Tensor? coefficients, DataLevels levels,
    long[] shape) : Distribution(shape.Length)
{
    private double Middle => 0.5 * (levels.Count - 1);

    /// <inheritdoc/>
    /// <remarks>
    /// The mean of green is taken at the mean of red, and blue's at both: exact for independent channels, and for coloured pixels but for
    /// the tails that the first and the last level take.
    /// </remarks>
    public override Tensor Mean
    {
        get
        {
            var means = InOrder(location, coefficients, (mu, channel) =>
                DiscretisedLogistic.MeanIndex(mu, logScale.narrow(-2, channel.From, channel.Count), levels.Count));
            return levels.ValueOf((logits.softmax(-2).unsqueeze(-2) * means).sum(dim: -3L).reshape([.. location.shape[..^3], .. shape]));
        }
    }

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise)
    {
        var (leading, channels, pixels) = (location.shape[..^3], location.size(-2), location.size(-1));
        var u = noise.Uniform([samples, .. leading, 1, pixels], location.device);
        var component = DrawIndex(logits.detach(), -2, u).unsqueeze(-2)
            .expand([samples, .. leading, 1, channels, pixels]);
        var (mu, scale, shifts) = (Chosen(location), Chosen(logScale), coefficients is null ? null : Chosen(coefficients));
        var draws = InOrder(mu, shifts, (at, channel) => DiscretisedLogistic.DrawIndex(at, scale.narrow(-2, channel.From, channel.Count),
            noise.Uniform(at.shape, at.device), levels.Count));
        return levels.ValueOf(draws.reshape([samples, .. leading, .. shape]));

        Tensor Chosen(Tensor values) => values.detach().expand([samples, .. values.shape]).gather(-3, component);
    }

    /// <inheritdoc/>
    /// <remarks>The log probability of the level that is nearest to each value: log Σ π ∏ P(channel), summed over pixels.</remarks>
    public override Tensor LogProb(Tensor x)
    {
        var index = levels.IndexOf(x).reshape([.. x.shape[..^EventRank], 1, location.size(-2), location.size(-1)]);
        var mu = coefficients is null ? location : location + Shift(coefficients, index - Middle);
        var component = DiscretisedLogistic.LogMass(index, mu, logScale, levels.Count).sum(dim: -2L);   // [.., K, R]
        return (logits.log_softmax(-2) + component).logsumexp(-2).sum(dim: -1L);
    }

    // Channels one after the other, each from the location that those before it give; all at once where they are independent.
    private Tensor InOrder(Tensor mu, Tensor? shifts, Func<Tensor, (long From, long Count), Tensor> index)
    {
        if (shifts is null)
            return index(mu, (0, mu.size(-2)));
        var red = index(mu.narrow(-2, 0, 1), (0, 1));
        var green = index(mu.narrow(-2, 1, 1) + shifts.narrow(-2, 0, 1) * (red - Middle), (1, 1));
        var both = shifts.narrow(-2, 1, 1) * (red - Middle) + shifts.narrow(-2, 2, 1) * (green - Middle);
        return cat([red, green, index(mu.narrow(-2, 2, 1) + both, (2, 1))], -2);
    }

    // 0 for red, α r for green, β r + γ g for blue, with colours counted from the middle of the range, where the paper's 0 is.
    private static Tensor Shift(Tensor shifts, Tensor colours)
    {
        var (red, green) = (colours.narrow(-2, 0, 1), colours.narrow(-2, 1, 1));
        var moved = shifts.narrow(-2, 0, 2) * red;                                               // α r, β r
        var (alone, both) = (moved.narrow(-2, 0, 1), moved.narrow(-2, 1, 1) + shifts.narrow(-2, 2, 1) * green);
        return cat([zeros_like(alone), alone, both], -2);
    }
}
