using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>q(z|x) = δ(z − e), e the code that a quantiser chooses for the encoder's vector, or for that of each place.</summary>
public sealed class QuantisedPosterior : Posterior, ICodes
{
    private readonly Linear vector;
    private readonly Quantiser quantiser;
    private readonly LatentSpace latent;

    /// <summary>Makes the head in front of a quantiser.</summary>
    internal QuantisedPosterior(long features, LatentSpace latent, Quantiser quantiser) : base(nameof(QuantisedPosterior))
    {
        this.latent = latent;
        this.quantiser = quantiser;
        vector = new Linear(features / latent.Places, latent.Units);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override ICodes Codes => this;

    /// <inheritdoc/>
    public long Count => quantiser.Count;

    /// <inheritdoc/>
    public long[] IndexShape => [.. latent.Shape[1..], quantiser.Indices];

    /// <inheritdoc/>
    public long[] Shape => latent.Shape;

    /// <inheritdoc/>
    public Tensor Middle => latent.Everywhere(quantiser.Middle.to(Place));

    /// <inheritdoc/>
    public Tensor IndicesOf(Distribution q) => ((Quantised)q).Indices;

    /// <inheritdoc/>
    public Tensor At(Tensor indices) => Placed(quantiser.At(indices.reshape(-1, quantiser.Indices)));

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var vectors = vector.call(latent.ByPlace(features));                                     // [B·h·w, C]
        var choice = quantiser.Of(vectors.to_type(float32));
        return new Quantised(Placed(choice.Codes), choice, this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor Value)> Losses(Distribution distribution) =>
        [.. ((Quantised)distribution).Choice.Losses.Select(loss => (loss.Name, loss.Value.view(-1, latent.Places).sum(dim: 1L)))];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor Value)> Measures(Distribution distribution) =>
        CodeUsage.Measures(((Quantised)distribution).Choice.Indices, Count);

    /// <inheritdoc/>
    public override void Update(Distribution distribution, Progress progress) =>
        quantiser.Update(((Quantised)distribution).Choice, progress);

    private Device Place => vector.parameters().First().device;

    private Tensor Placed(Tensor vectors) => latent.Placed(vectors.view(-1, latent.Places, latent.Units));
}
