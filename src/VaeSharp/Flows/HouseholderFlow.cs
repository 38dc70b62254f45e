using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Flows;

/// <summary>T reflections f(z) = z − 2v(vᵀz)/‖v‖², the first vector from the encoder, each further one from the one before.</summary>
/// <remarks>Tomczak and Welling 2016, arXiv:1611.09630, section 3. They preserve volume, and each is its own inverse.</remarks>
public sealed class HouseholderFlow : Flow
{
    private readonly TorchSharp.Modules.ModuleList<Linear> heads;

    /// <summary>Makes a layer for each reflection's vector.</summary>
    public HouseholderFlow(long features, LatentSpace latent, int layers) : base(nameof(HouseholderFlow))
    {
        heads = nn.ModuleList([.. Enumerable.Range(0, layers).Select(t => new Linear(t == 0 ? features : latent.Size, latent.Size))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Transformation Given(Tensor features)
    {
        var vectors = Vectors(features);
        return z => Reflect(z, vectors);
    }

    /// <inheritdoc/>
    /// <remarks>A reflection is its own inverse, so the density is known anywhere.</remarks>
    public override Transformed Of(Distribution origin, Tensor features) => Reflected(origin, Vectors(features));

    private static Transformed Reflected(Distribution origin, Tensor[] vectors) => new(origin, z => Reflect(z, vectors))
    {
        KeepsLengths = true,
        Inverse = z => Reflect(z, vectors.Reverse()),
        WithoutGradient = () => Reflected(origin.Detached(), [.. vectors.Select(vector => vector.detach())]),
    };

    /// <summary>The vectors v of the reflections, in their order: [B, Z] each.</summary>
    internal Tensor[] Vectors(Tensor features)
    {
        var vectors = new Tensor[heads.Count];
        for (var t = 0; t < vectors.Length; t++)
            vectors[t] = heads[t].call(t == 0 ? features : vectors[t - 1]);
        return vectors;
    }

    /// <summary>The reflections one after the other: z [.., B, Z].</summary>
    internal static (Tensor Image, Tensor LogDet) Reflect(Tensor z, IEnumerable<Tensor> vectors)
    {
        foreach (var vector in vectors)
        {
            var v = Scaled(vector);
            z = z - v * (2 * (v * z).sum(-1, keepdim: true) / SquaredLength(v));
        }
        return (z, zeros(z.shape[..^1], z.dtype, z.device));
    }

    /// <summary>
    /// The vector over its largest element, which reflects alike. Its length is then at least 1, however short it was; that of no length
    /// reflects nothing.
    /// </summary>
    internal static Tensor Scaled(Tensor v) => v / v.detach().abs().amax([-1L], keepdim: true).clamp_min(1e-30);

    /// <summary>‖v‖² of scaled vectors: [.., Z] → [.., 1].</summary>
    internal static Tensor SquaredLength(Tensor v) => v.square().sum(-1, keepdim: true).clamp_min(0.5);
}
