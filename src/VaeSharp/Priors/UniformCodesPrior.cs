using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>Every code of a quantiser has the same chance, at each place by itself.</summary>
[Part("uniform-codes", Paper = "van den Oord, Vinyals and Kavukcuoglu 2017, Neural Discrete Representation Learning, arXiv:1711.00937",
    Formula = "p(z) = K⁻ⁿ for codes of n places")]
public sealed record UniformCodesPriorSpec : CodePriorSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Fixed | Traits.FinitelyMany;

    /// <inheritdoc/>
    public override CodePrior Build(ICodes codes, DataSpec data) => new UniformCodesPrior(codes);
}

/// <summary>p(z) = K⁻ⁿ. The divergence of a code that is certain is n log K, whatever the code is.</summary>
public sealed class UniformCodesPrior : CodePrior
{
    /// <summary>Makes the prior over codes.</summary>
    public UniformCodesPrior(ICodes codes) : base(nameof(UniformCodesPrior), codes) => RegisterComponents();

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) => new UniformCodes(Codes, device);
}
