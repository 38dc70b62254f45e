using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>
/// A probability for each level of the data, 256 for bytes, with no notion of their order; values between count as the nearest.
/// </summary>
[Part("categorical",
    Paper = "van den Oord, Kalchbrenner and Kavukcuoglu 2016, Pixel Recurrent Neural Networks, arXiv:1601.06759, section 3.4",
    Formula = "log p(x|z) = Σ log softmax(decoder)ₓ")]
public sealed record CategoricalLikelihoodSpec : LikelihoodSpec
{
    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => DataLevels.Refuses(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new CategoricalLikelihood(data);
}

/// <summary>p(x|z) = ∏ softmax(decoder) at the level of x.</summary>
public sealed class CategoricalLikelihood : Likelihood
{
    private readonly DataSpec data;
    private readonly DataLevels levels;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public CategoricalLikelihood(DataSpec data) : base(nameof(CategoricalLikelihood))
    {
        (this.data, levels) = (data, DataLevels.Of(data));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => levels.Count;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) => new CategoricalLevels(parameters, levels, data.Shape.Count);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => graph.Other(this, data.Shape, parameters);
}
