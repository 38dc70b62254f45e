using TorchSharp.Modules;
using VaeSharp.Networks;
using Linear = VaeSharp.Networks.Linear;

namespace VaeSharp.Flows;

/// <summary>
/// A network whose outputs for a unit depend on the units before it in an order, and on a context: [.., Z] → P × [.., Z].
/// </summary>
/// <remarks>
/// Germain et al. 2015, arXiv:1502.03509, sections 3 and 4. The degrees of hidden units are spread evenly; with a context some have degree
/// 0, which see the context alone, so that the first unit's outputs are as free a function of it as the others'. The context enters every
/// layer.
/// </remarks>
public sealed class Made : nn.Module
{
    private readonly ModuleList<MaskedLinear> layers;
    private readonly ModuleList<Linear> contexts;
    private readonly int outputs;

    /// <summary>Makes the layers.</summary>
    /// <param name="order">The place of each unit in the order: 1 to Z, each once.</param>
    /// <param name="hidden">Widths of the hidden layers.</param>
    /// <param name="outputs">Number P of outputs for each unit.</param>
    /// <param name="context">Size C of the context; 0 for none.</param>
    public Made(int[] order, IReadOnlyList<long> hidden, int outputs, long context = 0) : base(nameof(Made))
    {
        this.outputs = outputs;
        var lowest = context > 0 || order.Length == 1 ? 0 : 1;
        var before = Enumerable.Repeat(order.Select(place => place - 1), outputs).SelectMany(degrees => degrees);
        int[][] degrees = [order, .. hidden.Select(width => Degrees(width, lowest, order.Length)), [.. before]];
        layers = nn.ModuleList([.. degrees.Zip(degrees.Skip(1), (from, to) => new MaskedLinear(from, to))]);
        contexts = nn.ModuleList([.. degrees.Skip(context > 0 ? 1 : degrees.Length).Select(to => new Linear(context, to.Length))]);
        RegisterComponents();
    }

    /// <summary>The order 1, 2, … or its reverse.</summary>
    public static int[] Order(long units, bool reversed) =>
        [.. Enumerable.Range(1, (int)units).Select(place => reversed ? (int)units + 1 - place : place)];

    /// <summary>The outputs for z [.., Z], with a context [B, C] where there is one: P of [.., Z].</summary>
    public Tensor[] Forward(Tensor z, Tensor? context = null)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            z = layers[i].call(z);
            if (contexts.Count > 0)
                z = z + contexts[i].call(context!);
            if (i < layers.Count - 1)
                z = Activation.Elu.Apply(z);
        }
        return z.chunk(outputs, -1);
    }

    // From lowest to Z − 1.
    private static int[] Degrees(long width, int lowest, int units) =>
        [.. Enumerable.Range(0, (int)width).Select(k => lowest + (int)((long)k * (units - lowest) / width))];
}
