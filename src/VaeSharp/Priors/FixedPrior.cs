using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>p(z) that has nothing to learn.</summary>
public sealed class FixedPrior : Prior
{
    private readonly Func<Device, Distribution> distribution;

    /// <summary>Makes the prior.</summary>
    /// <param name="distribution">The distribution on a device.</param>
    public FixedPrior(Func<Device, Distribution> distribution) : base(nameof(FixedPrior))
    {
        this.distribution = distribution;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) => distribution(device);
}
