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
        var upper = (full.triu(1) + diag_embed(r)).flatten(0, 1);                                // R  [BK, Z, Z]
        var upperTilde = (full.transpose(-2, -1).triu(1) + diag_embed(s)).flatten(0, 1);         // R̃
        var q = reflections > 0 ? Product(parameters.narrow(2, latent + 2, reflections)) : Turns(features.size(0), full);
        var outward = q.bmm(upper).transpose(-2, -1).view(-1, layers, latent, latent);           // (QR)ᵀ  [B, K, Z, Z]
        var inward = q.bmm(upperTilde.transpose(-2, -1)).view(-1, layers, latent, latent);       // (R̃Qᵀ)ᵀ
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

    // Q = H₁ … H_H with H = I − 2vvᵀ/‖v‖², of vectors [B, K, H, Z]: [BK, Z, Z].
    private static Tensor Product(Tensor vectors)
    {
        var v = HouseholderFlow.Scaled(vectors).flatten(0, 1);                                   // [BK, H, Z]
        var halves = v * (2 / HouseholderFlow.SquaredLength(v));
        var q = eye(v.size(-1), dtype: v.dtype, device: v.device).expand(v.size(0), -1, -1);
        for (var i = 0L; i < v.size(1); i++)
            q = q - q.bmm(v.narrow(1, i, 1).transpose(-2, -1)).bmm(halves.narrow(1, i, 1));
        return q;
    }

    private Tensor Turns(long examples, Tensor like)
    {
        var straight = eye(latent, dtype: like.dtype, device: like.device);
        var turns = Enumerable.Range(0, (int)layers).Select(k => k % 2 == 0 ? straight : straight.flip(0));
        return stack(turns, dim: 0).expand(examples, -1, -1, -1).reshape(-1, latent, latent);
    }
}
