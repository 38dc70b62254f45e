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
    /// Scale s, as a share of the data's range: fixed, or at the start. A learned one is one number for each channel, and a step moves its
    /// logarithm by the learning rate at most. One that is not fixed stays above e⁻⁷/2 = 0.00046.
    /// </summary>
    [Range(5e-4, 100)]
    public double Scale { get; init; } = 0.05;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => DataLevels.Refuses(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new DiscretisedLogisticLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ P(x; μ(z), s): logistic noise, rounded to the nearest level.</summary>
public sealed class DiscretisedLogisticLikelihood : Likelihood
{
    private const double Floor = -7;

    private readonly DataSpec data;
    private readonly DataLevels levels;
    private readonly int rank;
    private readonly NoiseSource source;
    private readonly double given;
    private readonly double start;
    private readonly Parameter? logScale;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public DiscretisedLogisticLikelihood(DataSpec data, DiscretisedLogisticLikelihoodSpec spec)
        : base(nameof(DiscretisedLogisticLikelihood))
    {
        (this.data, levels, source) = (data, DataLevels.Of(data), spec.Noise);
        (rank, given) = (data.Shape.Count, Math.Log(2 * spec.Scale));
        start = SoftFloor.Inverse(Floor, given);
        if (source == NoiseSource.Learned)
            logScale = nn.Parameter(full(data.IsImage ? [data.Shape[0], 1, 1] : [1], start, dtype: float32));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => source == NoiseSource.Decoded ? 2 : 1;

    /// <inheritdoc/>
    /// <remarks>
    /// 0 and 1 stand for the middle and half of the range. The location may lie beyond the ends: held between them, the first and the last
    /// level would have a probability of ½ at most until the scale is small.
    /// </remarks>
    public override Distribution For(Tensor parameters, Tensor? x)
    {
        var parts = parameters.chunk(Parameters, -rank - 1);                                     // [.., 1, *shape] each
        return new DiscretisedLogistic(Location(parts[0].squeeze(-rank - 1), levels), LogScale(parts[^1]), levels, rank);
    }

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);

    private Tensor LogScale(Tensor output) => source switch
    {
        NoiseSource.Decoded => InLevels(output.squeeze(-rank - 1), levels, start),
        NoiseSource.Learned => InLevels(logScale!, levels),
        _ => full(1, given + Math.Log(0.5 * (levels.Count - 1)), dtype: float32, device: output.device),
    };

    /// <summary>μ on the scale of indices, from μ where the middle of the range is 0 and half of it is 1.</summary>
    internal static Tensor Location(Tensor location, DataLevels levels) => (location + 1) * (0.5 * (levels.Count - 1));

    /// <summary>log s on the scale of indices, from log s where half the range is 1, softly held above −7.</summary>
    /// <remarks>
    /// The floor is that of Salimans et al.'s published code; theirs is hard, and a scale that has reached it stays there.
    /// </remarks>
    internal static Tensor InLevels(Tensor logScale, DataLevels levels, double offset = 0) =>
        SoftFloor.Above(Floor, logScale, offset) + Math.Log(0.5 * (levels.Count - 1));
}
