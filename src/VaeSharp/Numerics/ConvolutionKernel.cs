namespace VaeSharp.Numerics;

/// <summary>
/// A convolution or its transpose in single precision, channels last, with what stands behind it: y = max(u + b, 0), or u + b. Products and
/// gradients are the library's own (<see cref="Convolutions"/>): for strides libtorch's take twice as long.
/// </summary>
internal sealed class ConvolutionKernel : autograd.SingleTensorFunction<ConvolutionKernel>
{
    // With fewer channels on the small grid, most of a tile's columns go for nothing.
    private const int FewestChannels = 8;

    private static readonly TorchScript Script = new("""
        def gradients(g: Tensor, x: Tensor, w: Tensor, s: int, t: bool) -> List[Tensor]:
            r = torch.convolution_backward(g, x, w, None, [s, s], [0, 0], [1, 1], t, [0, 0], 1, [True, True, False])
            return [r[0], r[1]]
        """);

    /// <inheritdoc/>
    public override string Name => nameof(ConvolutionKernel);

    /// <summary>
    /// y for <paramref name="x"/> [N, C, H, W] under <paramref name="weight"/>, whose first dimension is the channels of the small grid and whose
    /// second those of the large one. Null where the kernel cannot run or would not pay.
    /// </summary>
    /// <param name="x">Images.</param>
    /// <param name="weight">Weights [A, B, k, k], channels last.</param>
    /// <param name="bias">A number for each channel of y.</param>
    /// <param name="grids">Where x and y lie.</param>
    /// <param name="up">Whether x is the small grid.</param>
    /// <param name="relu">Whether y is positive.</param>
    public static Tensor? Apply(Tensor x, Tensor weight, Tensor bias, Grids grids, bool up, bool relu)
    {
        var (source, target) = up ? (grids.Small, grids.Large) : (grids.Large, grids.Small);
        var usable = Kernels.AreUsable && x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.dim() == 4
            && weight.dtype == ScalarType.Float32 && weight.dim() == 4 && weight.size(0) == grids.Small.Channels && weight.size(1) == grids.Large.Channels
            && weight.size(2) == grids.Kernel && weight.size(3) == grids.Kernel && Images.HaveLayout(weight) && Kernels.Take(bias, ScalarType.Float32)
            && grids.Small.Channels >= FewestChannels && (grids.Large.Channels >= FewestChannels || !up || (FewChannels.Fit(grids) && !relu))
            && x.size(0) is var images and > 0 && images * Math.Max(source.Size, target.Size) < int.MaxValue / 4
            && x.size(1) == source.Channels && x.size(2) == source.Height && x.size(3) == source.Width && bias.numel() == target.Channels;
        return usable ? apply(x, weight, bias, new How(grids, up, relu, x.requires_grad)) : null;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = (Images.LaidOut((Tensor)vars[0]), (Tensor)vars[1], (Tensor)vars[2]);
        var (grids, up, relu, _) = (How)vars[3];
        var few = up && grids.Large.Channels < FewestChannels;
        var y = few ? empty(x.size(0), grids.Large.Channels, grids.Large.Height, grids.Large.Width)
            : Empty(x.size(0), up ? grids.Large : grids.Small);
        if (few)
            FewChannels.Up(x, weight, y, grids, bias);
        else if (up)
            Convolutions.Up(x, weight, y, grids, bias, relu);
        else
            Convolutions.Down(x, weight, y, grids, bias, relu);
        ctx.save_data(nameof(How), vars[3]);
        ctx.save_for_backward([x, weight, y]);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (grids, up, relu, needsX) = (How)ctx.get_data(nameof(How));
        var saved = ctx.get_saved_variables();
        var (x, weight, y) = (saved[0], saved[1], saved[2]);
        if (is_grad_enabled() || grad_output.dtype != y.dtype)
            return PlainGradients(grad_output, x, weight, y, grids, up, relu);
        var dy = Images.LaidOut(grad_output);
        var (du, ofBias) = up && grids.Large.Channels < FewestChannels ? (dy, dy.sum([0L, 2L, 3L])) : BiasKernel.Gradients(dy, y, relu);
        var dx = needsX ? Empty(x.size(0), up ? grids.Small : grids.Large) : null;
        if (up && dx is not null)
            Convolutions.Down(du, weight, dx, grids);
        else if (dx is not null)
            Convolutions.Up(du, weight, dx, grids);
        var dw = up ? Convolutions.Weights(x, du, grids) : Convolutions.Weights(du, x, grids);
        return [dx!, dw, ofBias, null!];
    }

    // libtorch's own gradients, which can be differentiated again. They know full outputs only, and padding that is the same on both sides.
    private static List<Tensor> PlainGradients(Tensor dy, Tensor x, Tensor weight, Tensor y, Grids grids, bool up, bool relu)
    {
        var du = relu ? dy.masked_fill(y <= 0, 0) : dy;                                            // where y is NaN, dy stays
        long[] margins = [grids.Left, Beyond(grids.Small.Width, grids.Large.Width, grids.Left),
            grids.Top, Beyond(grids.Small.Height, grids.Large.Height, grids.Top)];
        var (large, small) = (nn.functional.pad(up ? du : x, margins), up ? x : du);
        var gradients = (Tensor[])Script.Invoke("gradients", up ? large : small, up ? small : large, weight, (long)grids.Stride, up)!;
        var dx = up ? gradients[0] : nn.functional.pad(gradients[0], [.. margins.Select(margin => -margin)]);
        return [dx, gradients[1], du.sum([0L, 2L, 3L]), null!];

        long Beyond(int count, int size, int before) => (count - 1) * grids.Stride + grids.Kernel - before - size;
    }

    private sealed record How(Grids Grids, bool Up, bool Relu, bool NeedsX);

    private static Tensor Empty(long images, Grid grid) => Images.Empty(images, grid.Channels, grid.Height, grid.Width);
}
