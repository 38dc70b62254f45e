using TorchSharp.Modules;
using VaeSharp.Networks;
using Linear = VaeSharp.Networks.Linear;

namespace VaeSharp.Objectives;

/// <summary>
/// Tells vectors of one distribution from those of another. The best critic's log ratio is that of the two densities.
/// </summary>
/// <remarks>Goodfellow et al. 2014, arXiv:1406.2661, proposition 1: D = p / (p + q), so log D / (1 − D) = log p / q.</remarks>
internal sealed class Critic : nn.Module
{
    private readonly ModuleList<Linear> layers;
    private readonly Linear output;

    public Critic(long inputs, int layers, int width, Activation activation = Activation.LeakyRelu) : base(nameof(Critic))
    {
        this.layers = Mlp.Layers(inputs, [.. Enumerable.Repeat((long)width, layers)], activation);
        output = new Linear(layers > 0 ? width : inputs, 2);
        RegisterComponents();
    }

    /// <summary>The difference of two logits, log D(z) / (1 − D(z)): [B, Z] → [B].</summary>
    public Tensor LogRatio(Tensor z)
    {
        var logits = output.call(Mlp.Forward(layers, z));                     // [B, 2]
        return logits.select(1, 0) - logits.select(1, 1);
    }

    /// <summary>The cross-entropy of telling those that D shall say yes to from the others; log 2 for a critic who does not know.</summary>
    /// <param name="yes">log D / (1 − D) of the ones.</param>
    /// <param name="no">log D / (1 − D) of the others.</param>
    public static Tensor CrossEntropy(Tensor yes, Tensor no) => 0.5 * (Yes(yes).mean() + No(no).mean());

    /// <summary>−log D, of log D / (1 − D).</summary>
    public static Tensor Yes(Tensor logRatio) => nn.functional.softplus(-logRatio);

    /// <summary>−log (1 − D), of log D / (1 − D).</summary>
    public static Tensor No(Tensor logRatio) => nn.functional.softplus(logRatio);
}
