namespace VaeSharp.Networks;

/// <summary>A function of each element, where it stands behind something that is no layer with weights.</summary>
internal sealed class ActivationLayer : nn.Module<Tensor, Tensor>, IDescribed
{
    private readonly Activation activation;

    public ActivationLayer(Activation activation) : base(nameof(ActivationLayer))
    {
        this.activation = activation;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => activation.Apply(x);

    public LayerNode Describe(LayerGraph graph, LayerNode input) => graph.Activate(input, activation);
}
