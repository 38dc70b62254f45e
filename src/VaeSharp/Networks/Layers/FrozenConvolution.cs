using VaeSharp.Numerics;

namespace VaeSharp.Networks;

/// <summary>
/// max(0, W ∗ x + b) with "same" padding and weights that are given and stay, in single precision: [N, inputs, H, W] → [N, outputs, ⌈H/s⌉,
/// ⌈W/s⌉]. They are buffers: saved with a model, and no player's.
/// </summary>
internal sealed class FrozenConvolution : nn.Module<Tensor, Tensor>
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly long kernel;
    private readonly long stride;
    private Grids? grids;

    /// <summary>Makes a layer without a bias, whose weights are arbitrary until they are given.</summary>
    public FrozenConvolution(long inputs, long outputs, long kernel, long stride) : base(nameof(FrozenConvolution))
    {
        (this.kernel, this.stride) = (kernel, stride);
        (weight, bias) = (Images.Empty(outputs, inputs, kernel, kernel), zeros(outputs));
        RegisterComponents();
    }

    /// <summary>W: [outputs, inputs, k, k].</summary>
    public Tensor Weight => weight;

    /// <summary>b: [outputs].</summary>
    public Tensor Bias => bias;

    public override Tensor forward(Tensor x)
    {
        var (top, bottom) = Convolution.SamePadding(x.size(2), kernel, stride);
        var (left, right) = Convolution.SamePadding(x.size(3), kernel, stride);
        var large = new Grid((int)x.size(2), (int)x.size(3), (int)weight.size(1));
        var small = new Grid((int)Convolution.Reduced(x.size(2), stride), (int)Convolution.Reduced(x.size(3), stride), (int)weight.size(0));
        var known = Grids.Of(ref grids, small, large, kernel, stride, top, left);
        if (ConvolutionKernel.Apply(x, weight, bias, known, up: false, relu: true) is { } y)
            return y;
        var padded = nn.functional.pad(x, [left, right, top, bottom]).contiguous();
        return nn.functional.conv2d(padded, weight.contiguous(), bias, [stride, stride]).relu();
    }
}
