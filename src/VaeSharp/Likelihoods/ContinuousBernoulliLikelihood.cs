using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Each element is in [0, 1]: the Bernoulli likelihood of grey values, with the normaliser that makes it a density.</summary>
[Part("continuous-bernoulli",
    Paper = "Loaiza-Ganem and Cunningham 2019, The continuous Bernoulli: fixing a pervasive error in variational autoencoders, "
        + "arXiv:1907.06845",
    Formula = "log p(x|z) = Σ x log λ + (1 − x) log(1 − λ) + log C(λ),  λ = σ(decoder)")]
public sealed record ContinuousBernoulliLikelihoodSpec : LikelihoodSpec
{
    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => new BernoulliLikelihoodSpec().Refuses(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new ContinuousBernoulliLikelihood(data);
}

/// <summary>p(x|z) = ∏ C(λ) λˣ (1 − λ)¹⁻ˣ, λ = σ(logit). Its mean is not λ.</summary>
public sealed class ContinuousBernoulliLikelihood : Likelihood
{
    private readonly DataSpec data;

    /// <summary>Makes the likelihood of examples of one shape.</summary>
    public ContinuousBernoulliLikelihood(DataSpec data) : base(nameof(ContinuousBernoulliLikelihood))
    {
        this.data = data;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) =>
        new ContinuousBernoulli(parameters.squeeze(-data.Shape.Count - 1), data.Shape.Count);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);
}
