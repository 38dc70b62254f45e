using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Flows;

/// <summary>How a Sylvester flow gets its orthogonal matrices Q.</summary>
public enum SylvesterBasis
{
    /// <summary>A product of Householder reflections, whose vectors the encoder yields.</summary>
    Householder,

    /// <summary>The units in their order and in reverse, by turns.</summary>
    Triangular,
}

/// <summary>K maps f(z) = z + Q R tanh(R̃ Qᵀz + b), with Q orthogonal, R and R̃ upper triangular; the encoder yields them.</summary>
/// <remarks>
/// Van den Berg et al. 2018, arXiv:1803.05649, section 3, with as many columns as units. On the diagonals stand 0.999 tanh(·), so that
/// their products are above −1 and f is one-to-one (theorem 2).
/// </remarks>
public sealed class SylvesterFlow : Flow
{
    private readonly Linear head;
    private readonly long layers;
    private readonly long latent;
    private readonly long reflections;

    /// <summary>Makes the head, for the parameters of all maps.</summary>
    /// <param name="features">Number of features that the encoder yields.</param>
    /// <param name="latent">The space of codes.</param>
    /// <param name="layers">Number K of maps.</param>
    /// <param name="basis">How Q is made.</param>
    /// <param name="reflections">Number of reflections that make one Q; more than Z are not needed for any Q.</param>
    public SylvesterFlow(long features, LatentSpace latent, int layers, SylvesterBasis basis, int reflections) : base(nameof(SylvesterFlow))
    {
        (this.layers, this.latent) = (layers, latent.Size);
        this.reflections = basis == SylvesterBasis.Householder ? Math.Min(reflections, latent.Size) : 0;
        head = new Linear(features, layers * latent.Size * (latent.Size + 2 + this.reflections));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Transformation Given(Tensor features)
    {
        var parameters = head.call(features).view(-1, layers, latent + 2 + reflections, latent); // [B, K, Z + 2 + H, Z]
        var (full, other) = (parameters.narrow(2, 0, latent), parameters.select(2, latent));
        var (r, s) = (0.999 * full.diagonal(0, -2, -1).tanh(), 0.999 * other.tanh());            // diagonals of R and R̃  [B, K, Z]
        var triangles = cat([full.triu(1) + diag_embed(r), full.tril(-1) + diag_embed(s)], -1);  // R and R̃ᵀ  [B, K, Z, 2Z]
        var q = reflections > 0 ? Product(parameters.narrow(2, latent + 2, reflections)) : Turns(features.size(0), full);
        var both = q.bmm(triangles.flatten(0, 1)).view(-1, layers, latent, 2 * latent);
        var (outward, inward) = (both.narrow(-1, 0, latent).transpose(-2, -1), both.narrow(-1, latent, latent));   // (QR)ᵀ, (R̃Qᵀ)ᵀ
        return z => Apply(z, outward, inward, parameters.select(2, latent + 1), r * s);
    }

    private static (Tensor Image, Tensor LogDet) Apply(Tensor z, Tensor outward, Tensor inward, Tensor b, Tensor product)
    {
        z = z.transpose(0, 1);                                                                   // [B, S, Z]
        var (outs, ins, bs) = (outward.unbind(1), inward.unbind(1), b.unsqueeze(-2).unbind(1));
        var values = new Tensor[outs.Length];
        for (var k = 0; k < outs.Length; k++)
        {
            values[k] = (z.bmm(ins[k]) + bs[k]).tanh();                                          // h(R̃Qᵀz + b)  [B, S, Z]
            z = z + values[k].bmm(outs[k]);
        }
        // det = ∏ (1 + h′ r̃ r), by Sylvester's identity. Theorem 1 of the paper.
        var change = 1 - stack(values, dim: -2).square();                                        // h′  [B, S, K, Z]
        return (z.transpose(0, 1), (change * product.unsqueeze(1)).log1p().sum([-2L, -1L]).transpose(0, 1));
    }

    /// <summary>Q = H₁ … H_H with Hᵢ = I − 2vᵢvᵢᵀ/‖vᵢ‖²: vectors [B, K, H, Z] → [BK, Z, Z].</summary>
    /// <remarks>
    /// All at once, with the vectors as columns of V: Q = I − V U⁻¹ Vᵀ, where U is the upper triangle of VᵀV with half its diagonal.
    /// Joffrain et al. 2006, Accumulating Householder transformations, revisited.
    /// </remarks>
    internal static Tensor Product(Tensor vectors)
    {
        var v = HouseholderFlow.Scaled(vectors).flatten(0, 1);                                   // Vᵀ  [BK, H, Z]
        var u = v.bmm(v.transpose(-2, -1)).triu(1) + diag_embed(0.5 * HouseholderFlow.SquaredLength(v).squeeze(-1));
        return eye(v.size(-1), dtype: v.dtype, device: v.device) - v.transpose(-2, -1).bmm(linalg.solve_triangular(u, v, upper: true));
    }

    private Tensor Turns(long examples, Tensor like)
    {
        var straight = eye(latent, dtype: like.dtype, device: like.device);
        var turns = Enumerable.Range(0, (int)layers).Select(k => k % 2 == 0 ? straight : straight.flip(0));
        return stack(turns, dim: 0).expand(examples, -1, -1, -1).reshape(-1, latent, latent);
    }
}
