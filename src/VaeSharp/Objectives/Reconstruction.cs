using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>The reconstruction term alone, of an autoencoder that is not variational.</summary>
[Part("reconstruction", Formula = "E log p(x|z)")]
public sealed record ReconstructionSpec : BoundSpec
{
    /// <inheritdoc/>
    /// <remarks>It has no density of codes in it, and penalties compare with draws that pass no gradient on.</remarks>
    public override IReadOnlyList<Need> Needs => [new("prior", Traits.Fixed), new("hierarchy", Traits.OneVariable)];

    /// <inheritdoc/>
    public override Objective Build(LatentSpace latent, DataSpec data) => new Reconstruction();
}

/// <summary>E log p(x|z).</summary>
public sealed class Reconstruction : Objective
{
    /// <summary>Makes the objective.</summary>
    public Reconstruction() : base(nameof(Reconstruction)) => RegisterComponents();

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var reconstruction = -trace.LogLikelihood;                                               // [S, B]
        return Losses.Minimise(reconstruction.mean()).Log("reconstruction", reconstruction);
    }
}
