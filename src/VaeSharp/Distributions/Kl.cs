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
        _ => null,
    };

    /// <summary>KL(q ‖ p), the total over the event: [..]. Null where there is no closed form.</summary>
    public static Tensor? Total(Distribution q, Distribution p) => (q, p) switch
    {
        (MultivariateNormal a, StandardNormal) => FromStandard(a),
        (MultivariateNormal a, Normal b) => Between(a, b),
        (Transformed { KeepsLengths: true } a, StandardNormal) => Total(a.Origin, p),            // f turns both alike
        (Spherical a, UniformSphere) => a.DivergenceFromUniform,
        _ when ByUnit(q, p) is { } units => q.EventRank == 0 ? units : units.flatten(-q.EventRank).sum(dim: -1L),
        _ => null,
    };

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

    // log(b₂/b₁) + (b₁ e^(−d/b₁) + d)/b₂ − 1, with d the distance of the means.
    private static Tensor Between(Laplace q, Laplace p)
    {
        var distance = (q.Mean - p.Mean).abs();
        var (scale, other) = (q.LogScale.exp(), p.LogScale.exp());
        return p.LogScale - q.LogScale + (scale * (-distance / scale).exp() + distance) / other - 1;
    }
}
