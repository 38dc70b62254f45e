using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Normal noise whose size the decoder gives for each element of each example.</summary>
[Part("learned-variance-gaussian", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114, appendix C.2",
    Formula = "p(x|z) = N(x; μ, diag σ²),  μ and log σ² from the decoder")]
public sealed record LearnedVarianceGaussianLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Standard deviation σ where the decoder's output is 0, in units of the data. It stays above e⁻⁶ = 0.0025.</summary>
    [Range(2.5e-3, 1e4)]
    public double Sigma { get; init; } = 0.25;

    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new LearnedVarianceGaussianLikelihood(data, this);
}

/// <summary>p(x|z) = N(x; μ(z), diag σ²(z)).</summary>
public sealed class LearnedVarianceGaussianLikelihood : Likelihood
{
    private readonly DataSpec data;
    private readonly MeanOf mean;
    private readonly double start;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public LearnedVarianceGaussianLikelihood(DataSpec data, LearnedVarianceGaussianLikelihoodSpec spec)
        : base(nameof(LearnedVarianceGaussianLikelihood))
    {
        this.data = data;
        mean = new MeanOf(spec.Mean, data);
        start = SoftFloor.Inverse(SoftFloor.LogScale, Math.Log(spec.Sigma));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 2;

    /// <inheritdoc/>
    /// <remarks>
    /// log σ is softly held above −6, as Rybkin et al. 2021 (arXiv:2006.13202) do: on elements that are the same in all examples the best
    /// σ is 0 and the density has no bound.
    /// </remarks>
    public override Distribution For(Tensor parameters, Tensor? x)
    {
        var both = parameters.chunk(2, -mean.Rank - 1);                                          // [.., 1, *shape] each
        return new Normal(mean.From(both[0]), SoftFloor.LogVariance(both[1].squeeze(-mean.Rank - 1), start), mean.Rank);
    }

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);
}
