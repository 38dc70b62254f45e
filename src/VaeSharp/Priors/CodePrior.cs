using VaeSharp.Distributions;

namespace VaeSharp.Priors;

/// <summary>p(z) over the codes that the posterior chooses among.</summary>
public abstract record CodePriorSpec : PriorSpec
{
    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.FinitelyMany)];

    /// <summary>Builds the prior.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="data">What one example is, as the encoder is told it: without classes where there is no condition.</param>
    public abstract CodePrior Build(ICodes codes, DataSpec data);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: without codes there is no such prior.</exception>
    public sealed override Prior Build(LatentSpace latent, DataSpec data) =>
        throw new NotSupportedException($"{GetType().Name} needs the codes that the posterior chooses among.");
}

/// <summary>A distribution over the codes that the posterior chooses among, as a quantiser does.</summary>
/// <param name="name">The name of the module.</param>
/// <param name="codes">The codes.</param>
public abstract class CodePrior(string name, ICodes codes) : Prior(name)
{
    private readonly Func<ICodes> codes = () => codes;                    // a field of the posterior itself would make it a part of this

    /// <summary>The codes.</summary>
    protected ICodes Codes => codes();
}
