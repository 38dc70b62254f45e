using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Noise whose error is squared near the mean and absolute far from it: log cosh, as a normalised density.</summary>
[Part("log-cosh", Paper = "Chen, Chen and Zhang 2019, Log Hyperbolic Cosine Loss Improves Variational Auto-Encoder, OpenReview rkglvsC9Ym",
    Formula = "−log p(x|z) = Σ (1/a) log cosh(a t) + log Z(a) b,  t = (x − decoder)/b")]
public sealed record LogCoshLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Sharpness a: errors above b/a count by their size, smaller ones by their square.</summary>
    [Range(1e-2, 1e4)]
    public double Sharpness { get; init; } = 10;

    /// <summary>Scale b of the noise, in units of the data. The paper has 1.</summary>
    [Range(1e-4, 1e4)]
    public double Scale { get; init; } = 1;

    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override Traits Gives => base.Gives | Traits.Fixed;

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new LogCoshLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ cosh(a t)^(−1/a) / Z(a) b, t = (x − μ(z))/b.</summary>
public sealed class LogCoshLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly double sharpness;
    private readonly double scale;
    private readonly double constant;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public LogCoshLikelihood(DataSpec data, LogCoshLikelihoodSpec spec) : base(nameof(LogCoshLikelihood))
    {
        mean = new MeanOf(spec.Mean, data);
        (sharpness, scale) = (spec.Sharpness, spec.Scale);
        constant = data.Size * LogCosh.LogMass(sharpness, scale);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override double Constant => constant;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) => new LogCosh(mean.From(parameters), sharpness, scale, mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);
}
