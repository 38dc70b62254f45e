namespace VaeSharp.Flows;

/// <summary>A one-to-one map between noise and codes that can be followed both ways.</summary>
/// <param name="name">The name of the module.</param>
public abstract class Bijector(string name) : nn.Module(name)
{
    // The bound of log scales: eˢ is between e⁻⁵ and e⁵, so that no stack of layers overflows.
    private const double Bound = 5;

    /// <summary>From noise to codes, to draw: u [.., Z] → z [.., Z] and log|det ∂z/∂u| [..].</summary>
    public abstract (Tensor Image, Tensor LogDet) Forward(Tensor u);

    /// <summary>From codes to noise, for the density: z [.., Z] → u [.., Z] and log|det ∂u/∂z| [..].</summary>
    public abstract (Tensor Image, Tensor LogDet) Inverse(Tensor z);

    /// <summary>A log scale, softly held to [−5, 5].</summary>
    protected static Tensor Bounded(Tensor logScale) => Bound * (logScale / Bound).tanh();
}
