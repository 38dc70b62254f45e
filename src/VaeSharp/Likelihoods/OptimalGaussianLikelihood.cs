using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Normal noise of the size that is best for each batch: σ² is its mean squared error (σ-VAE).</summary>
[Part("optimal-gaussian", Paper = "Rybkin et al. 2021, Simple and Effective VAE Training with Calibrated Decoders, arXiv:2006.13202, eq. 5",
    Formula = "p(x|z) = N(x; decoder, σ*² I),  σ*² = mean (x − decoder)²")]
public sealed record OptimalGaussianLikelihoodSpec : LikelihoodSpec
{
    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <summary>Weight of the past in the running σ² that evaluation and sampling use.</summary>
    [Range(0, 1)]
    public double Decay { get; init; } = 0.99;

    /// <summary>In training the density of one example depends on the others of its batch, so it is no density of one example.</summary>
    public override Traits Gives => Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new OptimalGaussianLikelihood(data, this);
}

/// <summary>p(x|z) = N(x; μ(z), σ*² I) with σ*² the batch's mean squared error in training, and its running average elsewhere.</summary>
public sealed class OptimalGaussianLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly double decay;
    private readonly Tensor variance;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public OptimalGaussianLikelihood(DataSpec data, OptimalGaussianLikelihoodSpec spec) : base(nameof(OptimalGaussianLikelihood))
    {
        mean = new MeanOf(spec.Mean, data);
        decay = spec.Decay;
        variance = ones(1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x)
    {
        var mu = mean.From(parameters);
        if (x is null)
            return new Normal(mu, variance.log(), mean.Rank);
        // The floor is far below the clip; without it an error of exactly 0 has the gradient 0 · ∞.
        var squaredError = (x - mu).square().mean().clamp(min: 1e-20);
        return new Normal(mu, SoftFloor.LogVariance(squaredError.log()), mean.Rank);
    }

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);

    /// <inheritdoc/>
    public override void Update(Distribution distribution, Progress progress)
    {
        // The average begins as a plain mean, so that its first value does not linger.
        var past = Math.Min(decay, (double)progress.Step / (progress.Step + 1));
        variance.mul_(past).add_(((Normal)distribution).LogVar.detach().exp().mul(1 - past));
    }
}
