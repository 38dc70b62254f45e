using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>A bound that is made of a pass with several draws of each code, and owns nothing that learns.</summary>
internal sealed class SampledBound : Objective
{
    private readonly int samples;
    private readonly Func<Trace, Progress, Losses> losses;

    /// <summary>Makes the bound.</summary>
    /// <param name="samples">Number of draws of each code.</param>
    /// <param name="losses">What is minimised, of a pass.</param>
    public SampledBound(int samples, Func<Trace, Progress, Losses> losses) : base(nameof(SampledBound))
    {
        (this.samples, this.losses) = (samples, losses);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Samples => samples;

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress) => losses(trace, progress);
}
