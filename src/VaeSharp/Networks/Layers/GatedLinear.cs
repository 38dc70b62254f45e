namespace VaeSharp.Networks;

/// <summary>h = (A x + b) ⊙ σ(C x + d): [.., inputs] → [.., outputs].</summary>
/// <remarks>Dauphin et al. 2017, Language Modeling with Gated Convolutional Networks, arXiv:1612.08083, eq. 1.</remarks>
internal sealed class GatedLinear : nn.Module<Tensor, Tensor>, IDescribed
{
    private readonly Linear value;
    private readonly Linear gate;

    public GatedLinear(long inputs, long outputs) : base(nameof(GatedLinear))
    {
        (value, gate) = (new Linear(inputs, outputs), new Linear(inputs, outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => value.call(x) * gate.call(x).sigmoid();

    public LayerNode Describe(LayerGraph graph, LayerNode input) =>
        graph.Product(graph.Dense(value, input), graph.Activate(graph.Dense(gate, input), "sigmoid"));
}
