namespace VaeSharp.Posteriors;

/// <summary>The nearest code of a codebook whose codes are running averages of their vectors.</summary>
[Part("moving-average-quantised", Paper = "van den Oord, Vinyals and Kavukcuoglu 2017, Neural Discrete Representation Learning, "
    + "arXiv:1711.00937, eq. 6 to 8",
    Formula = "q(z|x) = δ(z − eₖ), k = argmin ‖f(x) − eⱼ‖;  e ← running mean of its f(x);  β ‖f − sg[e]‖²")]
public sealed record MovingAverageQuantisedPosteriorSpec : AveragedPosteriorSpec
{
    private protected override Quantiser Quantiser(long units) =>
        new ResidualQuantiser([Codebook(units)], Commitment, Gradient);
}
