using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Each element is in [0, 1]: the Bernoulli likelihood of grey values, with the normaliser that makes it a density.</summary>
[Part("continuous-bernoulli",
    Paper = "Loaiza-Ganem and Cunningham 2019, The continuous Bernoulli: fixing a pervasive error in variational autoencoders, "
        + "arXiv:1907.06845",
    Formula = "log p(x|z) = Σ x log λ + (1 − x) log(1 − λ) + log C(λ),  λ = σ(l),  l = c tanh(decoder/c)")]
public sealed record ContinuousBernoulliLikelihoodSpec : LikelihoodSpec
{
    /// <summary>
    /// Bound c of the logits' size. Pixels that are exactly 0 or 1 have a density that grows with the logit, and without a bound codes
    /// grow as long as it does. The authors' code cuts λ off at 10⁻⁴ and 1 − 10⁻⁴, which is a bound of 9.21.
    /// </summary>
    [Range(1, 1e4)]
    public double LargestLogit { get; init; } = 9.21;

    /// <inheritdoc/>
    public override Traits Gives => base.Gives | Traits.Fixed;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => new BernoulliLikelihoodSpec().Refuses(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new ContinuousBernoulliLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ C(λ) λˣ (1 − λ)¹⁻ˣ, λ = σ(logit). Its mean is not λ.</summary>
public sealed class ContinuousBernoulliLikelihood : Likelihood
{
    private readonly DataSpec data;
    private readonly double largest;

    /// <summary>Makes the likelihood of examples of one shape.</summary>
    public ContinuousBernoulliLikelihood(DataSpec data, ContinuousBernoulliLikelihoodSpec spec)
        : base(nameof(ContinuousBernoulliLikelihood))
    {
        (this.data, largest) = (data, spec.LargestLogit);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    /// <remarks>A hard bound would have no gradient beyond it, and a logit on the wrong side would stay there.</remarks>
    public override Distribution For(Tensor parameters, Tensor? x) =>
        new ContinuousBernoulli(largest * (parameters.squeeze(-data.Shape.Count - 1) / largest).tanh(), data.Shape.Count);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);
}
