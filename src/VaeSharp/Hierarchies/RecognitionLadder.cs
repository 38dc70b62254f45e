using TorchSharp.Modules;
using Normal = VaeSharp.Distributions.Normal;

namespace VaeSharp.Hierarchies;

/// <summary>The deterministic way up, d₁ … d_L, and what it says of the variables below the topmost: N(μ̂_l, σ̂²_l).</summary>
internal sealed class RecognitionLadder : nn.Module
{
    private readonly ModuleList<ModuleList<nn.Module<Tensor, Tensor>>> hidden;
    private readonly ModuleList<NormalNet> messages;
    private readonly long features;

    public RecognitionLadder(LadderSpec spec, long features, IReadOnlyList<long> sizes) : base(nameof(RecognitionLadder))
    {
        var (ways, nets) = (new List<ModuleList<nn.Module<Tensor, Tensor>>>(), new List<NormalNet>());
        for (var level = 1; level < sizes.Count; level++)
        {
            nets.Add(new NormalNet([], features, sizes[level - 1]));
            var (layers, outputs) = spec.HiddenOf(level, features);
            ways.Add(nn.ModuleList([.. layers]));
            features = outputs;
        }
        (hidden, messages, this.features) = (nn.ModuleList([.. ways]), nn.ModuleList([.. nets]), features);
        RegisterComponents();
    }

    public long Features => features;

    public IReadOnlyList<Tensor> Climb(Tensor d)
    {
        List<Tensor> all = [d];
        foreach (var layers in hidden)
            all.Add(NormalNet.Follow(layers, all[^1]));
        return all;
    }

    public Normal Message(int level, Tensor features) => messages[level - 1].For(features);
}
