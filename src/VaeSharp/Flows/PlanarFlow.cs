using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Flows;

/// <summary>K maps f(z) = z + û tanh(wᵀz + b), whose parameters the encoder yields.</summary>
/// <remarks>Rezende and Mohamed 2015, arXiv:1505.05770, eq. 10 to 12; û is their appendix A.1.</remarks>
public sealed class PlanarFlow : Flow
{
    // softplus(log(e − 1)) = 1.
    private static readonly double Unit = Math.Log(Math.E - 1);
    private readonly Linear head;
    private readonly long layers;
    private readonly long latent;

    /// <summary>Makes the head, for u, w and b of all maps.</summary>
    public PlanarFlow(long features, LatentSpace latent, int layers) : base(nameof(PlanarFlow))
    {
        (this.layers, this.latent) = (layers, latent.Size);
        head = new Linear(features, layers * (2 * latent.Size + 1));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Transformation Given(Tensor features)
    {
        var parameters = head.call(features).view(-1, layers, 2 * latent + 1);                   // [B, K, 2Z + 1]
        var (u, w, b) = (parameters.narrow(-1, 0, latent), parameters.narrow(-1, latent, latent), parameters.select(-1, 2 * latent));
        return z => Apply(z, u, w, b);
    }

    /// <summary>The maps one after the other: z [S, B, Z] with u, w [B, K, Z] and b [B, K].</summary>
    internal static (Tensor Image, Tensor LogDet) Apply(Tensor z, Tensor u, Tensor w, Tensor b)
    {
        var (constrained, slope) = Constrain(u, w);
        var (us, ws, bs) = (constrained.unbind(1), w.unbind(1), b.unbind(1));
        var values = new Tensor[us.Length];
        for (var k = 0; k < us.Length; k++)
        {
            values[k] = ((z * ws[k]).sum(dim: -1L) + bs[k]).tanh();                              // h(wᵀz + b)  [S, B]
            z = z + us[k] * values[k].unsqueeze(-1);
        }
        // det = 1 + h′ wᵀû with h′ = 1 − h² is h² + (1 − h²)(1 + wᵀû): a sum of positive terms, whose logarithm needs no help.
        var square = stack(values, dim: -1).square();                                            // [S, B, K]
        return (z, (square + (1 - square) * slope).log().sum(dim: -1L));
    }

    /// <summary>û = u + (m(wᵀu) − wᵀu) w/‖w‖², which has wᵀû = m(wᵀu) > −1, so that f is one-to-one; and 1 + wᵀû. Appendix A.1.</summary>
    /// <remarks>
    /// The paper's m(x) = −1 + log(1 + eˣ) has m(0) ≠ 0, and with it û grows as 1/‖w‖ where w is small. Here x is shifted so that m(0) = 0:
    /// the same maps, û is never longer than u, and u = 0 is the identity. wᵀu below −30 counts as −30, where 1 + wᵀû is 10⁻¹³.
    /// </remarks>
    internal static (Tensor U, Tensor Slope) Constrain(Tensor u, Tensor w)
    {
        var product = (u * w).sum(dim: -1L);                                                     // wᵀu  [B, K]
        var slope = nn.functional.softplus(product.clamp_min(-30) + Unit);                       // 1 + wᵀû
        var squaredLength = w.square().sum(dim: -1L).clamp_min(1e-12);
        return (u + ((slope - 1 - product) / squaredLength).unsqueeze(-1) * w, slope);
    }
}
