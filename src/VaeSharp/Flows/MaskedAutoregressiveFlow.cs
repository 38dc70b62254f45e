namespace VaeSharp.Flows;

/// <summary>u = (z − m) exp(−a), where m and a of a unit depend on the units before it.</summary>
/// <remarks>
/// Papamakarios, Pavlakou and Murray 2017, arXiv:1705.07057, eq. 2 to 5. The density takes one pass of the network, a draw one for each
/// unit. a is softly held to [−5, 5]. m and a have a learned factor, which starts at 0: the map starts as the identity.
/// </remarks>
public sealed class MaskedAutoregressiveFlow : Bijector
{
    private readonly Made network;
    private readonly TorchSharp.Modules.Parameter shiftGain;
    private readonly TorchSharp.Modules.Parameter scaleGain;

    /// <summary>Makes the network.</summary>
    /// <param name="latent">The space of codes.</param>
    /// <param name="reversed">Whether the last unit is the first in the order.</param>
    /// <param name="hidden">Widths of the hidden layers.</param>
    public MaskedAutoregressiveFlow(LatentSpace latent, bool reversed, IReadOnlyList<long> hidden) : base(nameof(MaskedAutoregressiveFlow))
    {
        network = new Made(Made.Order(latent.Size, reversed), hidden, 2);
        shiftGain = nn.Parameter(zeros(latent.Size));
        scaleGain = nn.Parameter(zeros(latent.Size));
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>Each pass of the network sets right one more unit, in their order.</remarks>
    public override (Tensor Image, Tensor LogDet) Forward(Tensor u)
    {
        var (m, a) = Conditioned(zeros_like(u));
        for (var unit = 1L; unit < u.size(-1); unit++)
            (m, a) = Conditioned(m + u * a.exp());
        return (m + u * a.exp(), a.sum(dim: -1L));
    }

    /// <inheritdoc/>
    public override (Tensor Image, Tensor LogDet) Inverse(Tensor z)
    {
        var (m, a) = Conditioned(z);
        return ((z - m) * (-a).exp(), -a.sum(dim: -1L));
    }

    private (Tensor M, Tensor A) Conditioned(Tensor z)
    {
        var outputs = network.Forward(z);
        return (shiftGain * outputs[0], Bounded(scaleGain * outputs[1]));
    }
}
