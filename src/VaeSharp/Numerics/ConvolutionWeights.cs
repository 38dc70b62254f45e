namespace VaeSharp.Numerics;

/// <summary>
/// The gradient of a convolution's weights as a function of both grids' images, which can be differentiated: it is linear in each, and its
/// gradients are convolutions under the gradient of the weights.
/// </summary>
internal sealed class ConvolutionWeights : GuardedFunction<ConvolutionWeights>
{
    /// <inheritdoc/>
    public override string Name => nameof(ConvolutionWeights);

    /// <summary>Weights [A, B, k, k], channels last, for images of the small grid and of the large one in single precision.</summary>
    public static Tensor Of(Tensor small, Tensor large, Grids grids) =>
        apply(Images.LaidOut(small), Images.LaidOut(large), new How(grids, small.requires_grad, large.requires_grad));

    /// <inheritdoc/>
    protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
    {
        var (small, large, how) = ((Tensor)vars[0], (Tensor)vars[1], (How)vars[2]);
        ctx.save_data(nameof(How), how);
        ctx.save_for_backward([small, large]);
        return Convolutions.Weights(small, large, how.Grids);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (how, saved) = ((How)ctx.get_data(nameof(How)), ctx.get_saved_variables());
        var g = gradient.As(ScalarType.Float32);
        var ofSmall = how.NeedsSmall ? ConvolutionKernel.Product(saved[1], g, how.Grids, up: false) : null;
        var ofLarge = how.NeedsLarge ? ConvolutionKernel.Product(saved[0], g, how.Grids, up: true) : null;
        return [ofSmall!, ofLarge!, null!];
    }

    private sealed record How(Grids Grids, bool NeedsSmall, bool NeedsLarge);
}
