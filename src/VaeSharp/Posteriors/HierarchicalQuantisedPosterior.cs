using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>Sums of codes, a level at a time, each drawn by its distance from what is left.</summary>
[Part("hierarchical-quantised", Paper = "Hosking, Tang and Lapata 2022, Hierarchical Sketch Induction for Paraphrase Generation, "
    + "arXiv:2203.03462, section 3",
    Formula = "z = Σ eₗ, kₗ ~ softmax(−‖rₗ − eₖ‖²), r₁ = f(x), rₗ₊₁ = rₗ − eₗ")]
public sealed record HierarchicalQuantisedPosteriorSpec : PosteriorSpec
{
    /// <summary>Number L of levels, each with a codebook of its own. Pythae: 4.</summary>
    [Range(1, 256)]
    public int Depth { get; init; } = 4;

    /// <summary>Number K of codes of each level. Pythae: 64.</summary>
    [Range(2, 1 << 16)]
    public int Codes { get; init; } = 64;

    /// <summary>Temperature τ of the relaxed choice that gradients pass through. Pythae: exp(−epoch/33.3), and 0.5 at least.</summary>
    [Range(1e-3, 1e3)]
    public Schedule Temperature { get; init; } = Schedule.Along(ScheduleShape.Linear, 1, 0.5, 23, ScheduleUnit.Epochs);

    /// <summary>Chance that a draw ends behind a level, in training. Pythae: 0.1.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Length of the first level's codes at the start. Pythae: 1.</summary>
    [Range(1e-6, 1e6)]
    public double Scale { get; init; } = 1;

    /// <summary>Quotient of the lengths of two levels' codes at the start. Pythae: 0.5.</summary>
    [Range(1e-6, 1)]
    public double Shrinkage { get; init; } = 0.5;

    /// <summary>Weight of the loss of levels that are not shorter than those in front. Pythae: 0.5.</summary>
    [Range(0, 1e6)]
    public double NormWeight { get; init; } = 0.5;

    /// <summary>Factor γ by which a level's codes have to be shorter than those in front. Pythae: 1.5.</summary>
    [Range(0, 1e3)]
    public double NormFactor { get; init; } = 1.5;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.FinitelyMany;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("prior", Traits.FinitelyMany)];

    /// <inheritdoc/>
    public override bool KeepsPlaces => true;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new HierarchicalQuantisedPosterior(this, features, latent);
}
