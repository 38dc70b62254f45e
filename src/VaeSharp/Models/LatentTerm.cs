using VaeSharp.Distributions;

namespace VaeSharp.Models;

/// <summary>One latent variable of one pass.</summary>
/// <param name="draw">What was drawn: [S, B, *].</param>
/// <param name="posterior">q(z|x), which it was drawn from: [B, *]; or [S, B, *], given the draws of the variable above.</param>
/// <param name="prior">p(z), or p(z) given the draws of the variable above: [S, B, *].</param>
public sealed class LatentTerm(Draw draw, Distribution posterior, Distribution prior)
{
    private readonly Lazy<Tensor> logRatio = new(() => draw.LogQ is { } logQ
        ? logQ - prior.LogProbOf(draw)
        : throw new NotSupportedException($"{posterior.GetType().Name} has no density at its draws."));
    private readonly Lazy<Tensor?> divergenceByUnit = new(() => OfDraws(Kl.ByUnit(posterior, prior), draw.Z.dim()));
    private readonly Lazy<Tensor?> total = new(() => OfDraws(Kl.Total(posterior, prior), draw.Z.dim() - posterior.EventRank));

    private Tensor? divergence;
    private IReadOnlyList<Tensor>? byPart;

    /// <summary>Its place among those that stand above each other: 1 is the data's nearest.</summary>
    public int Level { get; init; } = 1;

    /// <summary>What was drawn: [S, B, *].</summary>
    public Draw Draw => draw;

    /// <summary>q(z|x), which it was drawn from: [B, *]; or [S, B, *], given the draws of the variable above.</summary>
    public Distribution Posterior => posterior;

    /// <summary>p(z).</summary>
    public Distribution Prior => prior;

    /// <summary>log q(z|x) − log p(z) at the draw: [S, B].</summary>
    public Tensor LogRatio => logRatio.Value;

    /// <summary>KL(q ‖ p) for each unit, [1 or S, B, *]; null where there is no closed form, or the units depend on each other.</summary>
    public Tensor? DivergenceByUnit => divergenceByUnit.Value;

    /// <summary>
    /// KL(q ‖ p), always the total: [1 or S, B] in closed form if there is one, else the estimate <see cref="LogRatio"/>, [S, B].
    /// </summary>
    public Tensor Divergence => divergence ??= DivergenceByUnit is { } units ? units.flatten(2).sum(dim: -1L) : total.Value ?? LogRatio;

    /// <summary>
    /// KL(q ‖ p) of each part, [1, B], of codes that are made of parts, such as a continuous and a discrete one; empty where they are not,
    /// or a part has no closed form.
    /// </summary>
    public IReadOnlyList<Tensor> DivergenceByPart => byPart ??= (posterior, prior) is (Product q, Product p) ? ByPart(q, p) : [];

    /// <summary>
    /// The same variable with log q(z|x) of parameters that pass no gradient on.
    /// </summary>
    /// <param name="z">The draw, as those who read this term see it: [S, B, *].</param>
    internal LatentTerm Along(Tensor z) => new(new Draw(z, () => posterior.Detached().LogProb(z)), posterior, prior);

    private IReadOnlyList<Tensor> ByPart(Product q, Product p) =>
        [.. (Kl.ByPart(q, p) ?? []).Select(part => OfDraws(part, draw.Z.dim() - posterior.EventRank)!)];

    // A divergence of distributions that are the same for all draws gets their dimension.
    private static Tensor? OfDraws(Tensor? divergence, long rank) =>
        divergence is not null && divergence.dim() < rank ? divergence.unsqueeze(0) : divergence;
}
