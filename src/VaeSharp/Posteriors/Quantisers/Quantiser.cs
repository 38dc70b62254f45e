using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>From vectors to finitely many codes.</summary>
/// <param name="name">The name of the module.</param>
internal abstract class Quantiser(string name) : nn.Module(name)
{
    /// <summary>Number K of codes to choose from, for each index.</summary>
    public abstract long Count { get; }

    /// <summary>Number Q of indices of a code: levels, or groups of units.</summary>
    public virtual long Indices => 1;

    /// <summary>The mean of all codes: [D].</summary>
    public abstract Tensor Middle { get; }

    /// <summary>The code of each vector: [N, D].</summary>
    public abstract Quantisation Of(Tensor x);

    /// <summary>The codes of indices: [N, Q] → [N, D].</summary>
    public abstract Tensor At(Tensor indices);

    /// <summary>What gradients do not move; called once after each step.</summary>
    /// <param name="choice">What was chosen in the step.</param>
    /// <param name="progress">Where the training stands.</param>
    public virtual void Update(Quantisation choice, Progress progress)
    {
    }
}
