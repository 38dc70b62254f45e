using VaeSharp.Distributions;
using VaeSharp.Models;

namespace VaeSharp.Tests.Support;

/// <summary>A model whose codes are its data, so that their distribution is known; the prior is standard normal.</summary>
internal sealed class GivenCodes : Autoencoder
{
    private readonly int size;

    public GivenCodes(int size) : base(nameof(GivenCodes))
    {
        this.size = size;
        RegisterComponents();
    }

    public override DataSpec Data => new(size);

    public override LatentSpace Latent => new(size);

    public override bool NeedsLabels => false;

    public override Trace Infer(Batch batch, long samples, Progress progress)
    {
        var q = Encode(batch, progress);
        return new Trace(batch, [new LatentTerm(q.Rsample(samples, progress.Noise), q, new StandardNormal([size], CPU))], _ => q);
    }

    public override Distribution Encode(Batch batch, Progress progress) => new Delta(batch.X);

    public override Distribution Decode(Tensor z, Tensor? labels = null) => new Delta(z);

    public override Tensor DrawCodes(long count, Tensor? labels, Progress progress, double temperature = 1) =>
        new StandardNormal([size], CPU).Sample(count, progress.Noise, temperature);

    public override IReadOnlyList<nn.Module> Side(Side side) => [];
}
