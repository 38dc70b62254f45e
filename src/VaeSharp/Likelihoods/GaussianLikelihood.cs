using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Normal noise of one known size. With σ = √½ the reconstruction term is the squared error, up to a constant.</summary>
[Part("gaussian", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114, appendix C.2",
    Formula = "p(x|z) = N(x; decoder, σ² I)")]
public sealed record GaussianLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Standard deviation σ of the noise, in units of the data.</summary>
    [Range(1e-4, 1e4)]
    public double Sigma { get; init; } = 1;

    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override Traits Gives => base.Gives | Traits.Fixed;

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new GaussianLikelihood(data, this);
}

/// <summary>p(x|z) = N(x; μ(z), σ² I) with a known σ.</summary>
public sealed class GaussianLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly double logVar;
    private readonly double constant;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public GaussianLikelihood(DataSpec data, GaussianLikelihoodSpec spec) : base(nameof(GaussianLikelihood))
    {
        mean = new MeanOf(spec.Mean, data);
        logVar = 2 * Math.Log(spec.Sigma);
        constant = 0.5 * data.Size * (Math.Log(2 * Math.PI) + logVar);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override double Constant => constant;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) =>
        new Normal(mean.From(parameters), full(1, logVar, dtype: float32, device: parameters.device), mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);
}
