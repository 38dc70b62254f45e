using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Likelihoods;

/// <summary>Normal noise of one size for all elements, learned with the weights.</summary>
[Part("learned-gaussian", Paper = "Rybkin et al. 2021, Simple and Effective VAE Training with Calibrated Decoders, arXiv:2006.13202, section 3",
    Formula = "p(x|z) = N(x; decoder, σ² I),  σ learned")]
public sealed record LearnedGaussianLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Standard deviation σ at the start, in units of the data. It stays above e⁻⁶ = 0.0025.</summary>
    [Range(2.5e-3, 1e4)]
    public double Sigma { get; init; } = 1;

    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new LearnedGaussianLikelihood(data, this);
}

/// <summary>p(x|z) = N(x; μ(z), σ² I) with σ a parameter.</summary>
public sealed class LearnedGaussianLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly Parameter logVar;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public LearnedGaussianLikelihood(DataSpec data, LearnedGaussianLikelihoodSpec spec) : base(nameof(LearnedGaussianLikelihood))
    {
        mean = new MeanOf(spec.Mean, data);
        logVar = nn.Parameter(full(1, 2 * (Math.Log(Math.Exp(Math.Log(spec.Sigma) + 6) - 1) - 6), dtype: float32));   // clipped softly, it is log σ²
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    /// <remarks>log σ is softly held above −6, as the paper does against collapse on data without noise.</remarks>
    public override Distribution For(Tensor parameters, Tensor? x) =>
        new Normal(mean.From(parameters), OptimalGaussianLikelihood.SoftlyClipped(logVar), mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);
}
