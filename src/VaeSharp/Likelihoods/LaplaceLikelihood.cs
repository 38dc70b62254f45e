using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Double-exponential noise: the reconstruction term is the absolute error, up to scale and a constant.</summary>
[Part("laplace", Formula = "p(x|z) = Laplace(x; decoder, b)")]
public sealed record LaplaceLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Scale b of the noise, in units of the data; its standard deviation is √2 b.</summary>
    [Range(1e-4, 1e4)]
    public double Scale { get; init; } = 1;

    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override Traits Gives => base.Gives | Traits.Fixed;

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new LaplaceLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ exp(−|x − μ(z)|/b) / 2b with a known b.</summary>
public sealed class LaplaceLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly double logScale;
    private readonly double constant;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public LaplaceLikelihood(DataSpec data, LaplaceLikelihoodSpec spec) : base(nameof(LaplaceLikelihood))
    {
        mean = new MeanOf(spec.Mean, data);
        logScale = Math.Log(spec.Scale);
        constant = data.Size * (Math.Log(2) + logScale);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override double Constant => constant;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) =>
        new Laplace(mean.From(parameters), full(1, logScale, dtype: float32, device: parameters.device), mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);
}
