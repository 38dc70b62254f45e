using System.ComponentModel.DataAnnotations;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>
/// The average of several importance-weighted bounds: what it loses in tightness, the encoder's gradient gains in clarity.
/// </summary>
[Part("miwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
    Formula = "log p(x) ≥ E (1/M) Σₘ log (1/K) Σₖ p(x, zₘₖ) / q(zₘₖ|x)")]
public sealed record MiwaeSpec : BoundSpec
{
    /// <summary>Number M of bounds that are averaged. Paper: 8, of 64 draws together.</summary>
    [Range(1, 1000)]
    public int Groups { get; init; } = 8;

    /// <summary>Number K of importance samples of each bound. Paper: 8, of 64 draws together.</summary>
    [Range(1, 1000)]
    public int Samples { get; init; } = 8;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => ImportanceWeights.Needs;

    /// <inheritdoc/>
    public override Objective Build() => new Miwae(this);
}

/// <summary>log p(x) ≥ E (1/M) Σₘ log (1/K) Σₖ w_mk. Rainforth et al. 2018.</summary>
public sealed class Miwae : Objective
{
    private readonly MiwaeSpec spec;

    /// <summary>Makes the bound.</summary>
    public Miwae(MiwaeSpec spec) : base(nameof(Miwae))
    {
        this.spec = spec;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => spec.Groups * spec.Samples;

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var logWeight = trace.LogWeight.reshape(spec.Groups, spec.Samples, -1);                  // [M, K, B]
        return ImportanceWeights.Raise(logWeight.LogMean(1), trace);
    }
}
