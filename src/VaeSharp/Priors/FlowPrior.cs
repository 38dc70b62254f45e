using VaeSharp.Distributions;
using VaeSharp.Flows;

namespace VaeSharp.Priors;

/// <summary>p(z): the image of N(0, I) under learned one-to-one maps.</summary>
/// <remarks>Its mean is the image of 0, and a temperature is a factor on the noise.</remarks>
public sealed class FlowPrior : Prior
{
    private readonly TorchSharp.Modules.ModuleList<Bijector> flows;
    private readonly LatentSpace latent;

    /// <summary>Makes the prior over a space of codes from maps, the noise's nearest first. Without any it is N(0, I).</summary>
    public FlowPrior(LatentSpace latent, IEnumerable<Bijector> flows) : base(nameof(FlowPrior))
    {
        this.latent = latent;
        this.flows = nn.ModuleList([.. flows]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) =>
        new Transformed(new StandardNormal(latent.Shape, device), u => Follow(u, flows, (flow, x) => flow.Forward(x)))
        {
            Inverse = z => Follow(z, flows.Reverse(), (flow, x) => flow.Inverse(x)),
        };

    private static (Tensor Image, Tensor LogDet) Follow(Tensor x, IEnumerable<Bijector> flows,
        Func<Bijector, Tensor, (Tensor Image, Tensor LogDet)> map)
    {
        var logDet = zeros(x.shape[..^1], x.dtype, x.device);
        foreach (var flow in flows)
        {
            (x, var change) = map(flow, x);
            logDet = logDet + change;
        }
        return (x, logDet);
    }
}
