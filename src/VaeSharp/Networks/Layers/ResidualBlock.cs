namespace VaeSharp.Networks;

/// <summary>h + W₂ f(W₁ h), or h + W₂ f(W₁ f(h)), of convolutions that keep the size: [N, C, H, W] → [N, C, H, W].</summary>
/// <remarks>He et al. 2016, Identity Mappings in Deep Residual Networks, arXiv:1603.05027, eq. 1.</remarks>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>, IDescribed
{
    private readonly Convolution first;
    private readonly Convolution second;
    private readonly Activation? before;

    /// <summary>Makes a block.</summary>
    /// <param name="first">W₁, with the function f behind it.</param>
    /// <param name="second">W₂, back to as many channels as come in.</param>
    /// <param name="before">The function in front of W₁; null for none.</param>
    public ResidualBlock(Convolution first, Convolution second, Activation? before = null) : base(nameof(ResidualBlock))
    {
        (this.first, this.second, this.before) = (first, second, before);
        RegisterComponents();
    }

    public override Tensor forward(Tensor h) => h + second.call(first.call(before is { } function ? function.Apply(h) : h));

    public LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        var h = before is { } function ? graph.Activate(input, function) : input;
        return graph.Sum(input, graph.Convolution(second, graph.Convolution(first, h)));
    }
}
