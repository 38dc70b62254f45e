using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>
/// A mixture of logistics on the levels of the data, 256 for bytes: several plausible values for each pixel. In coloured images green is
/// told red, and blue both. Values between levels count as the nearest one.
/// </summary>
[Part("discretised-logistic-mixture", Paper = "Salimans et al. 2017, PixelCNN++, arXiv:1701.05517, eq. 1 to 3",
    Formula = "p(x|z) = ∏ Σ π (σ((x + δ/2 − μ)/s) − σ((x − δ/2 − μ)/s)),  π, μ, s and channels' coefficients from the decoder")]
public sealed record DiscretisedLogisticMixtureLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Number K of components. The authors' code has 10.</summary>
    [Range(1, 256)]
    public int Components { get; init; } = 10;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => DataLevels.Refuses(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new DiscretisedLogisticMixtureLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ over pixels of Σ π(z) ∏ over channels of P(x; μ(z), s(z)).</summary>
public sealed class DiscretisedLogisticMixtureLikelihood : Likelihood
{
    private readonly DataSpec data;
    private readonly DataLevels levels;
    private readonly int components;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public DiscretisedLogisticMixtureLikelihood(DataSpec data, DiscretisedLogisticMixtureLikelihoodSpec spec)
        : base(nameof(DiscretisedLogisticMixtureLikelihood))
    {
        (this.data, levels, components) = (data, DataLevels.Of(data), spec.Components);
        RegisterComponents();
    }

    /// <summary>
    /// K logits, K locations and K scales for each element, and K coefficients in images of three channels. The paper's decoder yields the
    /// logits once for each pixel; here each channel has some, and the pixel's are their mean.
    /// </summary>
    public override long Parameters => components * (IsColoured ? 4 : 3);

    /// <inheritdoc/>
    /// <remarks>Location and scale are the paper's: 0 and 1 stand for the middle and half of the range.</remarks>
    public override Distribution For(Tensor parameters, Tensor? x)
    {
        var channels = data.IsImage ? data.Shape[0] : 1;
        var rank = data.Shape.Count;
        var pixels = parameters.reshape([.. parameters.shape[..^rank], channels, data.Size / channels]);
        var parts = pixels.split(components, dim: -3);                                           // [.., K, C, R] each
        return new DiscretisedLogisticMixture(parts[0].mean([-2L]), DiscretisedLogisticLikelihood.Location(parts[1], levels),
            DiscretisedLogisticLikelihood.InLevels(parts[2], levels), IsColoured ? parts[3].tanh() : null, levels, [.. data.Shape]);
    }

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);

    private bool IsColoured => data.IsImage && data.Shape[0] == 3;
}
