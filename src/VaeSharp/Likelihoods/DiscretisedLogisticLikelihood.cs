using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Likelihoods;

/// <summary>Logistic noise on the levels of the data, 256 for bytes; values between levels count as the nearest one.</summary>
[Part("discretised-logistic",
    Paper = "Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, arXiv:1606.04934, appendix",
    Formula = "p(x|z) = ∏ σ((x + δ/2 − μ)/s) − σ((x − δ/2 − μ)/s),  tails in the first and the last level")]
public sealed record DiscretisedLogisticLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Where the scale comes from. The paper learns one for each channel.</summary>
    public NoiseSource Noise { get; init; } = NoiseSource.Learned;

    /// <summary>
    /// Scale s, in units of the data: fixed, or at the start. One that is not fixed stays above e⁻⁷ of half the data's range.
    /// </summary>
    [Range(1e-4, 1e4)]
    public double Scale { get; init; } = 1;

    /// <summary>How the decoder's output becomes the location.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => DataLevels.Refuses(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new DiscretisedLogisticLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ P(x; μ(z), s): logistic noise, rounded to the nearest level.</summary>
public sealed class DiscretisedLogisticLikelihood : Likelihood
{
    private readonly DataSpec data;
    private readonly DataLevels levels;
    private readonly MeanOf mean;
    private readonly NoiseSource source;
    private readonly double start;
    private readonly Parameter? logScale;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public DiscretisedLogisticLikelihood(DataSpec data, DiscretisedLogisticLikelihoodSpec spec)
        : base(nameof(DiscretisedLogisticLikelihood))
    {
        (this.data, levels, source) = (data, DataLevels.Of(data), spec.Noise);
        mean = new MeanOf(spec.Mean, data);
        start = Math.Log(2 * spec.Scale / (data.High - data.Low));
        if (source == NoiseSource.Learned)
            logScale = nn.Parameter(full(data.IsImage ? [data.Shape[0], 1, 1] : [1], start, dtype: float32));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => source == NoiseSource.Decoded ? 2 : 1;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x)
    {
        var parts = parameters.chunk(Parameters, -mean.Rank - 1);                                // [.., 1, *shape] each
        var location = levels.PositionOf(mean.From(parts[0]));
        return new DiscretisedLogistic(location, LogScale(parts[^1]), levels, mean.Rank);
    }

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);

    private Tensor LogScale(Tensor output) => source switch
    {
        NoiseSource.Decoded => InLevels(output.squeeze(-mean.Rank - 1) + start, levels),
        NoiseSource.Learned => InLevels(logScale!, levels),
        _ => full(1, start + Math.Log(0.5 * (levels.Count - 1)), dtype: float32, device: output.device),
    };

    /// <summary>log s on the scale of indices, from log s where half the range is 1, softly held above −7.</summary>
    /// <remarks>
    /// The floor is that of Salimans et al.'s published code; theirs is hard, and a scale that has reached it stays there.
    /// </remarks>
    internal static Tensor InLevels(Tensor logScale, DataLevels levels) =>
        SoftFloor.Above(-7, logScale) + Math.Log(0.5 * (levels.Count - 1));
}
