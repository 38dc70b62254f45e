using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>The nearest code of a codebook that moves by gradient.</summary>
[Part("vector-quantised", Paper = "van den Oord, Vinyals and Kavukcuoglu 2017, Neural Discrete Representation Learning, "
    + "arXiv:1711.00937, eq. 3",
    Formula = "q(z|x) = δ(z − eₖ), k = argmin ‖f(x) − eⱼ‖;  w ‖sg[f] − e‖² + β ‖f − sg[e]‖²")]
public sealed record VectorQuantisedPosteriorSpec : CodebookPosteriorSpec
{
    /// <summary>Weight w of the squared distance that draws codes to their vectors. Paper: 1.</summary>
    [Range(0, 1e6)]
    public double Weight { get; init; } = 1;

    private protected override Quantiser Quantiser(long units) =>
        new ResidualQuantiser([new GradientCodebook(units, Weight, Options)], Commitment, Gradient);
}
