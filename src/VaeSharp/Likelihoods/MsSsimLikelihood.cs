using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using VaeSharp.Numerics;

namespace VaeSharp.Likelihoods;

/// <summary>An error that follows how alike images look: structure at several scales (MS-SSIM) in place of single pixels.</summary>
/// <remarks>
/// To first order 1 − cs is half of the squared error over the variance of the image around it, and the exponents of the scales sum to 1.
/// So the error is that of a normal likelihood over all D elements, whose noise is as strong as the image's own contrast there: it counts
/// elements, as the divergence counts nats, and is not outweighed by it as a similarity between 0 and 1 would be.
/// </remarks>
[Part("ms-ssim", Paper = "Snell et al. 2017, Learning to Generate Images with Perceptual Similarity Metrics, arXiv:1511.06409; "
    + "Wang, Simoncelli and Bovik 2003, Multiscale Structural Similarity for Image Quality Assessment, eq. 7",
    Formula = "−log p(x|z) = w D (1 − MS-SSIM(x, decoder)) + constant")]
public sealed record MsSsimLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Weight w of the error, in nats for each data element: at 1, an image without any likeness costs D nats.</summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double Weight { get; init; } = 1;

    /// <summary>Number of scales at most. Small images have fewer: one below 21 × 21, two below 41 × 41, all five from 161 × 161.</summary>
    [Range(1, 5)]
    public int Scales { get; init; } = 5;

    /// <summary>What it integrates to is not known, so it is no density.</summary>
    public override Traits Gives => Traits.TwiceDifferentiable | Traits.Fixed;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data) ?? (data.IsBounded ? null
        : "needs values in a known range, but the data are unbounded; save them as bytes, or scaled to [0, 1]");

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new MsSsimLikelihood(data, this);
}

/// <summary>p(x|z) ∝ exp(−w D (1 − MS-SSIM(x, μ(z)))).</summary>
public sealed class MsSsimLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly StructuralSimilarity similarity;
    private readonly double weight;

    /// <summary>Makes the likelihood of images of one kind.</summary>
    public MsSsimLikelihood(DataSpec data, MsSsimLikelihoodSpec spec) : base(nameof(MsSsimLikelihood))
    {
        (mean, weight) = (new MeanOf(MeanLink.Bounded, data), spec.Weight * data.Size);
        similarity = new StructuralSimilarity(data.Shape[1], data.Shape[2], spec.Scales);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) => new Unnormalised(mean.From(parameters), Error, mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);

    // Luminance is compared from black on, wherever the data have it.
    private Tensor Error(Tensor x, Tensor y) => weight * (1 - similarity.Of(mean.OntoUnit(x), mean.OntoUnit(y)));
}
