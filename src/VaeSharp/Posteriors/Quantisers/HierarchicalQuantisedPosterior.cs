using VaeSharp.Distributions;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Posteriors;

/// <summary>q(z|x) = ∏ q(kₗ|rₗ), at each place by itself.</summary>
public sealed class HierarchicalQuantisedPosterior : Posterior, ICodes, IInitialised
{
    private readonly Linear vector;
    private readonly Parameter codebooks;
    private readonly HierarchicalQuantisedPosteriorSpec spec;
    private readonly LatentSpace latent;

    /// <summary>Makes the head and the codebooks, [L, K, D], which are arbitrary until <see cref="Initialise"/>.</summary>
    public HierarchicalQuantisedPosterior(HierarchicalQuantisedPosteriorSpec spec, long features, LatentSpace latent)
        : base(nameof(HierarchicalQuantisedPosterior))
    {
        (this.spec, this.latent) = (spec, latent);
        vector = new Linear(features / latent.Places, latent.Units);
        codebooks = nn.Parameter(empty(spec.Depth, spec.Codes, latent.Units));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override ICodes Codes => this;

    /// <inheritdoc/>
    public long Count => spec.Codes;

    /// <inheritdoc/>
    public long[] IndexShape => [.. latent.Shape[1..], spec.Depth];

    /// <inheritdoc/>
    public long[] Shape => latent.Shape;

    /// <inheritdoc/>
    public Tensor Middle => latent.Everywhere(codebooks.detach().mean([1L]).sum(dim: 0L));

    /// <inheritdoc/>
    public Tensor IndicesOf(Distribution q) => ((HierarchicalCodes)q).Indices.view([-1, .. IndexShape]);

    /// <inheritdoc/>
    public Tensor At(Tensor indices)
    {
        var flat = indices.reshape(-1, spec.Depth);
        var sum = codebooks.unbind(0).Select((codebook, level) => codebook.index_select(0, flat.select(1, level)))
            .Aggregate((a, b) => a + b);
        return latent.Placed(sum.view(-1, latent.Places, latent.Units));
    }

    /// <summary>Draws codes of a length that shrinks from level to level, in uniform directions.</summary>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var directions = noise.Normal(codebooks.shape, codebooks.device);
        codebooks.copy_(directions / directions.norm(2, keepdim: true));
        for (var level = 0; level < spec.Depth; level++)
            codebooks[level].mul_(spec.Scale * Math.Pow(spec.Shrinkage, level));
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress) =>
        new HierarchicalCodes(Vectors(features), [.. codebooks.unbind(0)], latent)
        {
            Temperature = progress.Training ? spec.Temperature.At(progress) : null,
            Dropout = progress.Training ? spec.Dropout : 0,
        };

    /// <inheritdoc/>
    /// <remarks>Mean over levels of (max(γ ‖eₗ‖/‖eₗ₋₁‖, 1) − 1)², with mean lengths of codes, at each place. Hosking et al. 2022.</remarks>
    public override IReadOnlyList<(string Name, Tensor Value)> Losses(Distribution distribution)
    {
        if (spec.Depth < 2 || spec.NormWeight == 0)
            return [];
        var lengths = codebooks.norm(2, keepdim: false).mean([1L]);                              // [L]
        var quotients = lengths.narrow(0, 1, spec.Depth - 1) / lengths.narrow(0, 0, spec.Depth - 1);
        return [("norm", spec.NormWeight * latent.Places * ((spec.NormFactor * quotients).clamp_min(1) - 1).square().mean())];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor Value)> Measures(Distribution distribution) =>
        CodeUsage.Measures(((HierarchicalCodes)distribution).Indices, Count);

    private Tensor Vectors(Tensor features) =>
        vector.call(latent.ByPlace(features)).to_type(float32).view(-1, latent.Places, latent.Units);
}
