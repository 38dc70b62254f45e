namespace VaeSharp.Distributions;

/// <summary>Kullback–Leibler divergences with a closed form, in nats.</summary>
public static class Kl
{
    /// <summary>KL(q ‖ p) for each unit: [.., *event]. Null where there is no closed form, or the units depend on each other.</summary>
    public static Tensor? ByUnit(Distribution q, Distribution p) => (q, p) switch
    {
        (Normal a, StandardNormal) => FromStandard(a),
        (Normal a, Normal b) => Between(a, b),
        (Laplace a, Laplace b) => Between(a, b),
        (Categorical a, Categorical b) => Between(a, b),
        (Bernoulli a, Bernoulli b) => Between(a, b),
        (RelaxedCategorical a, RelaxedCategorical b) => Between(a.Discrete, b.Discrete),
        (RelaxedBernoulli a, RelaxedBernoulli b) => Between(a.Discrete, b.Discrete),
        (Gamma a, Gamma b) => Between(a, b),
        (Product a, Product b) => Parts(a, b, ByUnit) is { } parts ? cat(parts, dim: -1) : null,
        _ => null,
    };

    /// <summary>KL(q ‖ p), the total over the event: [..]. Null where there is no closed form.</summary>
    public static Tensor? Total(Distribution q, Distribution p) => (q, p) switch
    {
        (MultivariateNormal a, StandardNormal) => FromStandard(a),
        (MultivariateNormal a, Normal b) => Between(a, b),
        (Transformed { KeepsLengths: true } a, StandardNormal) => Total(a.Origin, p),            // f turns both alike
        (Spherical a, UniformSphere) => a.DivergenceFromUniform,
        (Dirichlet a, Dirichlet b) => Between(a, b),
        (LogisticNormal a, LogisticNormal b) => Total(a.Origin, b.Origin),                       // one map makes both
        (Product a, Product b) => Parts(a, b, Total)?.Aggregate((sum, part) => sum + part),
        _ when ByUnit(q, p) is { } units => q.EventRank == 0 ? units : units.flatten(-q.EventRank).sum(dim: -1L),
        _ => null,
    };

    /// <summary>KL(q ‖ p) of each part of q: [..] each. Null where a part has no closed form.</summary>
    public static IReadOnlyList<Tensor>? ByPart(Product q, Product p) => Parts(q, p, Total);

    // ½ (μ² + σ² − log σ² − 1). Kingma and Welling 2014, arXiv:1312.6114, appendix B.
    private static Tensor FromStandard(Normal q) => 0.5 * (q.Mean.square() + q.LogVar.exp() - q.LogVar - 1);

    private static Tensor Between(Normal q, Normal p) =>
        0.5 * (((q.Mean - p.Mean).square() + q.LogVar.exp()) * (-p.LogVar).exp() + p.LogVar - q.LogVar - 1);

    // ½ (tr Σ + ‖μ‖² − Z − log det Σ).
    private static Tensor FromStandard(MultivariateNormal q) =>
        0.5 * (q.Variance + q.Mean.square() - 1).sum(dim: -1L) - q.LogDeterminant;

    // ½ (tr S⁻¹Σ + (μ − m)ᵀS⁻¹(μ − m) − Z + log det S − log det Σ) for N(m, S) with independent units, S = diag s².
    private static Tensor Between(MultivariateNormal q, Normal p) =>
        0.5 * ((q.Variance + (q.Mean - p.Mean).square()) * (-p.LogVar).exp() + p.LogVar - 1).sum(dim: -1L) - q.LogDeterminant;

    // Σₖ πₖ (log πₖ − log ρₖ), a share for each variable.
    private static Tensor Between(Categorical q, Categorical p) =>
        (q.LogProbabilities.exp() * (q.LogProbabilities - p.LogProbabilities)).sum(dim: -1L);

    // π log π/ρ + (1 − π) log (1 − π)/(1 − ρ), on logits.
    private static Tensor Between(Bernoulli q, Bernoulli p)
    {
        return q.Logits.sigmoid() * LogRatio(q.Logits, p.Logits) + (-q.Logits).sigmoid() * LogRatio(-q.Logits, -p.Logits);

        static Tensor LogRatio(Tensor a, Tensor b) => nn.functional.logsigmoid(a) - nn.functional.logsigmoid(b);
    }

    // (α − a) ψ(α) − log Γ(α) + log Γ(a) + a log β/b + α (b − β)/β for Γ(a, b), in double precision: its terms cancel for large α.
    private static Tensor Between(Gamma q, Gamma p)
    {
        var (alpha, beta) = (q.Concentration.to_type(float64), q.Rate.to_type(float64));
        var (a, b) = (p.Concentration.to_type(float64), p.Rate.to_type(float64));
        return ((alpha - a) * alpha.digamma() - alpha.lgamma() + a.lgamma() + a * (beta.log() - b.log()) + alpha * (b - beta) / beta)
            .to_type(q.Concentration.dtype);
    }

    // The difference of the normalisers' logarithms, and Σ (αₖ − aₖ)(ψ(αₖ) − ψ(Σ α)).
    private static Tensor Between(Dirichlet q, Dirichlet p)
    {
        var (alpha, a) = (q.Concentration.to_type(float64), p.Concentration.to_type(float64));
        var expected = alpha.digamma() - alpha.sum(-1, keepdim: true).digamma();                 // E log xₖ
        return (q.LogNormaliser - p.LogNormaliser + ((alpha - a) * expected).sum(dim: -1L)).to_type(q.Concentration.dtype);
    }

    // Of distributions with the same parts; null where one part has no closed form.
    private static Tensor[]? Parts(Product q, Product p, Func<Distribution, Distribution, Tensor?> divergence)
    {
        var parts = q.Parts.Zip(p.Parts, divergence).OfType<Tensor>().ToArray();
        return q.Sizes.SequenceEqual(p.Sizes) && parts.Length == q.Parts.Count ? parts : null;
    }

    // log(b₂/b₁) + (b₁ e^(−d/b₁) + d)/b₂ − 1, with d the distance of the means.
    private static Tensor Between(Laplace q, Laplace p)
    {
        var distance = (q.Mean - p.Mean).abs();
        var (scale, other) = (q.LogScale.exp(), p.LogScale.exp());
        return p.LogScale - q.LogScale + (scale * (-distance / scale).exp() + distance) / other - 1;
    }
}
