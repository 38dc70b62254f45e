using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Likelihoods;

/// <summary>Normal noise of one size for all elements, learned with the weights.</summary>
[Part("learned-gaussian",
    Paper = "Rybkin et al. 2021, Simple and Effective VAE Training with Calibrated Decoders, arXiv:2006.13202, section 3",
    Formula = "p(x|z) = N(x; decoder, σ² I),  σ learned")]
public sealed record LearnedGaussianLikelihoodSpec : LikelihoodSpec
{
    /// <summary>
    /// Standard deviation σ at the start, in units of the data, of which most have a range or a spread of about 1: log σ is one number, and
    /// a step moves it by half the learning rate at most. It stays above e⁻⁶ = 0.0025.
    /// </summary>
    [Range(2.5e-3, 1e4)]
    public double Sigma { get; init; } = 0.25;

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
        logVar = nn.Parameter(full(1, 2 * SoftFloor.Inverse(SoftFloor.LogScale, Math.Log(spec.Sigma)), dtype: float32));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    /// <remarks>log σ is softly held above −6, as the paper does against collapse on data without noise.</remarks>
    public override Distribution For(Tensor parameters, Tensor? x) =>
        new Normal(mean.From(parameters), SoftFloor.LogVariance(logVar), mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);
}
