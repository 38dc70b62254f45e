using VaeSharp.Networks;

namespace VaeSharp.Flows;

/// <summary>
/// Every second unit passes and says how the others are scaled and shifted: u = b ⊙ z + (1 − b) ⊙ (z ⊙ exp s(b ⊙ z) + t(b ⊙ z)).
/// </summary>
/// <remarks>
/// Dinh, Sohl-Dickstein and Bengio 2017, arXiv:1605.08803, eq. 7 to 9. s is softly held to [−5, 5]. s and t have a learned factor,
/// which starts at 0: the map starts as the identity.
/// </remarks>
public sealed class AffineCoupling : Bijector
{
    private readonly TorchSharp.Modules.ModuleList<Linear> layers;
    private readonly Linear output;
    private readonly TorchSharp.Modules.Parameter gain;
    private readonly long latent;
    private readonly int parity;

    /// <summary>Makes the network of s and t.</summary>
    /// <param name="latent">The space of codes.</param>
    /// <param name="parity">0 where the first, third … unit passes, 1 where the second, fourth … does.</param>
    /// <param name="hidden">Widths of the hidden layers.</param>
    public AffineCoupling(LatentSpace latent, int parity, IReadOnlyList<long> hidden) : base(nameof(AffineCoupling))
    {
        (this.latent, this.parity) = (latent.Size, parity);
        layers = Mlp.Layers(latent.Size, hidden, Activation.Elu);
        output = new Linear(hidden.Count > 0 ? hidden[^1] : latent.Size, 2 * latent.Size);
        gain = nn.Parameter(zeros(2 * latent.Size));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Image, Tensor LogDet) Forward(Tensor u)
    {
        var (s, t) = Conditioned(u);
        return ((u - t) * (-s).exp(), -s.sum(dim: -1L));
    }

    /// <inheritdoc/>
    public override (Tensor Image, Tensor LogDet) Inverse(Tensor z)
    {
        var (s, t) = Conditioned(z);
        return (z * s.exp() + t, s.sum(dim: -1L));
    }

    // s and t, 0 for the units that pass. These are the same on both sides.
    private (Tensor S, Tensor T) Conditioned(Tensor x)
    {
        var moved = (arange(latent, dtype: x.dtype, device: x.device) + parity).remainder(2);    // 1 − b: 0, 1, 0, 1 … at parity 0
        var parameters = gain * output.call(Mlp.Forward(layers, x * (1 - moved)));               // [.., 2Z]
        return (Bounded(parameters.narrow(-1, 0, latent)) * moved, parameters.narrow(-1, latent, latent) * moved);
    }
}
