using VaeSharp.Numerics;

namespace VaeSharp.Distributions;

/// <summary>
/// Draws of gamma distributions with an exact pathwise gradient, as logarithms, since small concentrations have tiny draws.
/// </summary>
/// <remarks>
/// A draw is g · u^(1/α) with g ~ Γ(α + 1) and uniform u. The gradient of g is implicit: ∂g/∂α = −∂F(g; α)/∂α / f(g; α), which leaves the
/// distribution function F where it is (Figurnov, Mohamed and Mnih 2018, arXiv:1805.08498, eq. 5).
/// </remarks>
internal static class GammaDraws
{
    private const int Rounds = 100;                                                              // each accepts more than 95 %
    private const double Negligible = 36;                                                        // e⁻³⁶ of the integrand is left out
    private static readonly double[] Nodes = [.. GaussLegendre.Rule(32).Select(point => point.Node)];
    private static readonly double[] Weights = [.. GaussLegendre.Rule(32).Select(point => point.Weight)];

    /// <summary>Logarithms of draws of Γ(α, 1), in double precision: [S, .., *].</summary>
    /// <param name="concentration">α: [.., *].</param>
    /// <param name="samples">Number S of draws.</param>
    /// <param name="noise">Where they come from.</param>
    public static Tensor Log(Tensor concentration, long samples, Noise noise)
    {
        var alpha = concentration.to_type(float64);
        var raised = (alpha + 1).detach();
        var log = LogOfStandard(raised, samples, noise);                                         // log g  [S, .., *]
        if (alpha.requires_grad)
            log = log + (alpha + 1 - raised) * LogSlope(raised, log);                            // + 0, with the gradient
        var u = 1 - noise.Uniform(log.shape, log.device).to_type(float64);                       // (0, 1]
        return log + u.log() / alpha;
    }

    /// <summary>∂ log g/∂α of draws g of Γ(α), α ≥ 1, at a fixed value of the distribution function.</summary>
    /// <remarks>
    /// It is ∫₀^∞ (t ± (log g − ψ(α))) exp(−|α − g| t − g (e^(±t) − 1 ∓ t)) dt, + where g is above α and − where it is below: the integral
    /// of ∂f/∂α from g to the end of its nearer tail, over g f(g), by t = |log x/g|.
    /// </remarks>
    /// <param name="alpha">α: [.., *].</param>
    /// <param name="log">log g: [S, .., *].</param>
    internal static Tensor LogSlope(Tensor alpha, Tensor log)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var g = log.exp();
        var (distance, side) = ((alpha - g).abs(), 2 * (g >= alpha).to_type(float64) - 1);
        var score = side * (log - alpha.digamma());
        var end = End(g, distance, side);
        var t = end.unsqueeze(-1) * tensor(Nodes, device: log.device);                      // [S, .., *, nodes]
        var signed = side.unsqueeze(-1) * t;
        var exponent = -distance.unsqueeze(-1) * t - g.unsqueeze(-1) * (signed.expm1() - signed);
        var integral = ((t + score.unsqueeze(-1)) * exponent.exp() * tensor(Weights, device: log.device)).sum(dim: -1L);
        return (end * integral).MoveToOuterDisposeScope();
    }

    // Where the exponent is −Negligible: Newton's steps from beyond, towards the root of a convex function.
    private static Tensor End(Tensor g, Tensor distance, Tensor side)
    {
        var r = Negligible / g;
        var root = (2 * r).sqrt();
        var above = minimum(root, (1 + r + root).log());
        var below = (r + (r.square() + 8 * r).sqrt()) / 2;
        var end = minimum(where(side > 0, above, below), Negligible / distance.clamp_min(1e-300));
        for (var step = 0; step < 4; step++)
        {
            var (change, signed) = ((side * end).expm1(), side * end);
            end = end - (distance * end + g * (change - signed) - Negligible) / (distance + g * side * change);
        }
        return end;
    }

    // Marsaglia and Tsang 2000, A Simple Method for Generating Gamma Variables, for α ≥ 1.
    private static Tensor LogOfStandard(Tensor alpha, long samples, Noise noise)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        long[] shape = [samples, .. alpha.shape];
        var d = alpha - 1.0 / 3;
        var (log, left) = (d.log().expand(shape), ones(shape, dtype: ScalarType.Bool, device: alpha.device));
        for (var round = 0; round < Rounds && left.any().item<bool>(); round++)
        {
            var x = noise.Normal(shape, alpha.device).to_type(float64);
            var u = 1 - noise.Uniform(shape, alpha.device).to_type(float64);
            var logV = 3 * (1 + x * (9 * d).rsqrt()).log();                                      // no number where v would be negative
            var accepted = left.logical_and(u.log() < 0.5 * x.square() + d * (1 - logV.exp() + logV));
            log = where(accepted, d.log() + logV, log);
            left = left.logical_and(accepted.logical_not());
        }
        return log.MoveToOuterDisposeScope();
    }
}
