using TorchSharp.Modules;
using Linear = VaeSharp.Networks.Linear;
using Normal = VaeSharp.Distributions.Normal;

namespace VaeSharp.Hierarchies;

/// <summary>Layers, and the two heads of a normal distribution on them: [.., inputs] → N(μ, diag σ²) over [outputs].</summary>
internal sealed class NormalNet : nn.Module
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;
    private readonly Linear mean;
    private readonly Linear logVar;

    /// <summary>Joins layers and makes the heads.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="features">Number of features that they yield.</param>
    /// <param name="outputs">Number of units of the distribution.</param>
    public NormalNet(IEnumerable<nn.Module<Tensor, Tensor>> layers, long features, long outputs) : base(nameof(NormalNet))
    {
        this.layers = nn.ModuleList([.. layers]);
        (mean, logVar) = (new Linear(features, outputs), new Linear(features, outputs));
        RegisterComponents();
    }

    /// <summary>The distribution. log σ² is held to [−30, 20], as that of the gaussian posterior.</summary>
    public Normal For(Tensor x)
    {
        var h = Follow(layers, x);
        return new Normal(mean.call(h), Normal.Held(logVar.call(h)));
    }

    /// <summary>Layers one behind the other, which take rows: [.., inputs] → [.., outputs].</summary>
    public static Tensor Follow(IEnumerable<nn.Module<Tensor, Tensor>> layers, Tensor x)
    {
        var rows = x.flatten(0, -2);
        foreach (var layer in layers)
            rows = layer.call(rows);
        return rows.view([.. x.shape[..^1], rows.size(-1)]);
    }
}
