using VaeSharp.Distributions;

namespace VaeSharp.Flows;

/// <summary>A map of codes that depends on the example, and whose change of volume is known.</summary>
/// <remarks>It goes from draws of a simple posterior to draws of a richer one; its inverse need not be known.</remarks>
/// <param name="name">The name of the module.</param>
public abstract class Flow(string name) : nn.Module(name)
{
    /// <summary>The map for some examples: z [S, B, Z] → f(z) [S, B, Z] and log|det ∂f/∂z| [S, B].</summary>
    /// <param name="features">What the encoder yields for them: [B, F].</param>
    public abstract Transformation Given(Tensor features);

    /// <summary>The distribution of f(z) for draws z [S, B, Z] of another.</summary>
    /// <param name="origin">What z is drawn from: [B, Z].</param>
    /// <param name="features">What the encoder yields for the examples: [B, F].</param>
    public virtual Transformed Of(Distribution origin, Tensor features) => new(origin, Given(features));
}
