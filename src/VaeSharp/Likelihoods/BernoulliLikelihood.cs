using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Each element is 1 or 0; values between count as expectations, as is usual for grey images.</summary>
/// <remarks>
/// Of data between 0 and 1 it is no normalised density: its integral over [0, 1] is below 1, how far depends on y, and no log p(x) follows
/// from it. It is a fit of y to x by cross-entropy; <see cref="ContinuousBernoulliLikelihoodSpec"/> is the density.
/// </remarks>
[Part("bernoulli", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114, appendix C.1",
    Formula = "log p(x|z) = Σ x log y + (1 − x) log(1 − y),  y = σ(decoder)")]
public sealed record BernoulliLikelihoodSpec : LikelihoodSpec
{
    /// <inheritdoc/>
    public override Traits Gives => base.Gives | Traits.Fixed;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => data switch
    {
        { Low: 0, High: 1 } => null,
        { IsBounded: true } => $"needs values in [0, 1], but the data are in [{data.Low}, {data.High}]; use gaussian or laplace",
        _ => "needs values in [0, 1], but the data are unbounded; use gaussian or laplace, or save them as bytes, or scaled to [0, 1]",
    };

    /// <inheritdoc/>
    /// <remarks>Of data that are 0 or 1.</remarks>
    public override bool IsDensityOf(DataSpec data) => data.Levels == 2;

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new BernoulliLikelihood(data);
}

/// <summary>p(x|z) = ∏ Bernoulli(x; σ(logit)).</summary>
public sealed class BernoulliLikelihood : Likelihood
{
    private readonly int rank;

    /// <summary>Makes the likelihood of examples of one shape.</summary>
    public BernoulliLikelihood(DataSpec data) : base(nameof(BernoulliLikelihood))
    {
        rank = data.Shape.Count;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) => new Bernoulli(parameters.squeeze(-rank - 1), rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Activate(parameters, "sigmoid");
}
