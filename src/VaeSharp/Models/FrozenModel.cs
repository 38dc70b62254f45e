using VaeSharp.Distributions;

namespace VaeSharp.Models;

/// <summary>A trained model as it is seen while a prior is fitted to its codes: it is used, and nothing in it moves.</summary>
/// <remarks>
/// Its passes are those of evaluation: nothing is corrupted, normalised over the batch, or counted. Only the prior's gradient is followed.
/// </remarks>
internal sealed class FrozenModel : Autoencoder
{
    private readonly Autoencoder model;

    /// <summary>Freezes a model, all but its prior.</summary>
    public FrozenModel(Autoencoder model) : base(nameof(FrozenModel))
    {
        this.model = model;
        RegisterComponents();
    }

    public override DataSpec Data => model.Data;

    public override LatentSpace Latent => model.Latent;

    public override ICodes? Codes => model.Codes;

    public override bool NeedsLabels => model.NeedsLabels;

    public override double Constant => model.Constant;

    public override Trace Infer(Batch batch, long samples, Progress progress) => model.Infer(batch, samples, AtRest(progress));

    public override Distribution Encode(Batch batch, Progress progress) => model.Encode(batch, AtRest(progress));

    public override Distribution Decode(Tensor z, Tensor? labels = null) => model.Decode(z, labels);

    public override Tensor DrawCodes(long count, Tensor? labels, Progress progress, double temperature = 1) =>
        model.DrawCodes(count, labels, AtRest(progress), temperature);

    public override IReadOnlyList<nn.Module> Side(Side side) => model.Side(side);

    public override Architecture Describe() => model.Describe();

    private static Progress AtRest(Progress progress) => progress with { Training = false };
}
