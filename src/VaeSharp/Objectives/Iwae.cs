using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>
/// The importance-weighted bound, which is the tighter the more draws it has. With one draw it is the evidence lower bound.
/// </summary>
[Part("iwae", Paper = "Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders, arXiv:1509.00519, eq. 8",
    Formula = "log p(x) ≥ E log (1/K) Σ p(x, zₖ) / q(zₖ|x)")]
public sealed record IwaeSpec : BoundSpec
{
    /// <summary>Number K of importance samples. Paper: 1, 5, 50.</summary>
    [Range(1, 10_000)]
    public int Samples { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    public override Objective Build() => new Iwae(this);
}

/// <summary>log p(x) ≥ E log (1/K) Σ w_k. Burda et al. 2016, eq. 8.</summary>
public sealed class Iwae : Objective
{
    private readonly int samples;

    /// <summary>Makes the bound.</summary>
    public Iwae(IwaeSpec spec) : base(nameof(Iwae))
    {
        samples = spec.Samples;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => samples;

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress) =>
        ImportanceWeights.Raise(trace.LogWeight.LogMean(0), trace);
}
