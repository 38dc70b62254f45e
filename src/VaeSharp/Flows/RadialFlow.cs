using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Flows;

/// <summary>K maps f(z) = z + β (z − z₀)/(α + r), r = ‖z − z₀‖, whose parameters the encoder yields.</summary>
/// <remarks>Rezende and Mohamed 2015, arXiv:1505.05770, eq. 14; β ≥ −α as in their appendix A.2.</remarks>
public sealed class RadialFlow : Flow
{
    private readonly Linear head;
    private readonly long layers;
    private readonly long latent;

    /// <summary>Makes the head, for z₀, α and β of all maps.</summary>
    public RadialFlow(long features, LatentSpace latent, int layers) : base(nameof(RadialFlow))
    {
        (this.layers, this.latent) = (layers, latent.Size);
        head = new Linear(features, layers * (latent.Size + 2));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Transformation Given(Tensor features)
    {
        var parameters = head.call(features).view(-1, layers, latent + 2);                       // [B, K, Z + 2]
        var (center, a, b) = (parameters.narrow(-1, 0, latent), parameters.select(-1, latent), parameters.select(-1, latent + 1));
        return z => Apply(z, center, a, b);
    }

    /// <summary>
    /// The maps one after the other: z [S, B, Z] with z₀ [B, K, Z], and α = softplus(a), α + β = softplus(b), [B, K].
    /// </summary>
    internal static (Tensor Image, Tensor LogDet) Apply(Tensor z, Tensor center, Tensor a, Tensor b)
    {
        // Held to −30, so that no logarithm is infinite.
        var alpha = nn.functional.softplus(a.clamp_min(-30));                                    // [B, K]
        var sum = nn.functional.softplus(b.clamp_min(-30));                                      // α + β > 0
        var (centers, alphas, betas) = (center.unbind(1), alpha.unbind(1), (sum - alpha).unbind(1));
        var distances = new Tensor[centers.Length];
        for (var k = 0; k < centers.Length; k++)
        {
            var offset = z - centers[k];                                                         // [S, B, Z]
            distances[k] = (offset.square().sum(dim: -1L) + 1e-24).sqrt();                       // r  [S, B]; has a gradient at 0, too
            z = z + (betas[k] / (alphas[k] + distances[k])).unsqueeze(-1) * offset;
        }
        // With h = 1/(α + r): 1 + βh = (r + α + β)/(r + α), 1 + βh + βh′r = (r² + 2αr + α(α + β))/(r + α)², all of positive terms.
        var r = stack(distances, dim: -1);                                                       // [S, B, K]
        var logAcross = (r + sum).log() - (r + alpha).log();
        var logAlong = (r * (r + 2 * alpha) + alpha * sum).log() - 2 * (r + alpha).log();
        return (z, ((center.size(-1) - 1) * logAcross + logAlong).sum(dim: -1L));
    }
}
