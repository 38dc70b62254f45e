namespace VaeSharp.Numerics;

/// <summary>
/// A convolution or its transpose in single precision, channels last, with what stands behind it: y = max(u + b, 0), or u + b. Products and
/// gradients are the library's own (<see cref="Convolutions"/>); libtorch's take 1.4 to twice as long.
/// </summary>
internal sealed class ConvolutionKernel : GuardedFunction<ConvolutionKernel>
{
    // With fewer channels on the small grid, most of a tile's columns go for nothing.
    private const int FewestChannels = 8;

    // Tables of lines and taps lie on the stack.
    private const int MostLines = 2048;
    private const int MostTaps = 1024;
    private const int MostChannels = 8192;

    /// <inheritdoc/>
    public override string Name => nameof(ConvolutionKernel);

    /// <summary>
    /// y for <paramref name="x"/> [N, C, H, W] under <paramref name="weight"/>, whose first dimension is the channels of the small grid and
    /// whose second those of the large one. Null where the kernel cannot run or would not pay.
    /// </summary>
    /// <remarks>
    /// From the small grid to the large one, weights that are infinite make NaN also where a tap lies outside of the small one.
    /// </remarks>
    /// <param name="x">Images, in single precision or bfloat16.</param>
    /// <param name="weight">Weights [A, B, k, k], channels last.</param>
    /// <param name="bias">A number for each channel of y.</param>
    /// <param name="grids">Where x and y lie.</param>
    /// <param name="up">Whether x is the small grid.</param>
    /// <param name="relu">Whether y is positive.</param>
    public static Tensor? Apply(Tensor x, Tensor weight, Tensor bias, Grids grids, bool up, bool relu)
    {
        var (source, target) = up ? (grids.Small, grids.Large) : (grids.Large, grids.Small);
        var usable = Kernels.AreUsable && x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16
            && x.dim() == 4 && x.size(1) == source.Channels && x.size(2) == source.Height && x.size(3) == source.Width
            && x.size(0) is var images and > 0 && images * (double)Math.Max(source.Size, target.Size) < int.MaxValue / 4
            && Fits(weight, grids) && Kernels.Take(bias, ScalarType.Float32) && bias.numel() == target.Channels
            && (!up || !grids.HasFewChannels || (FewChannels.Fit(grids) && !relu));
        return usable ? Run(x.As(ScalarType.Float32), weight, bias, grids, up, relu) : null;
    }

    /// <summary>What another kernel's gradient asks for: u alone, of sizes that are known to fit.</summary>
    public static Tensor Product(Tensor x, Tensor weight, Grids grids, bool up)
    {
        using var bias = zeros((up ? grids.Large : grids.Small).Channels);
        return Run(x, Images.LaidOut(weight), bias, grids, up, relu: false);
    }

    private static Tensor Run(Tensor x, Tensor weight, Tensor bias, Grids grids, bool up, bool relu) =>
        apply(Images.LaidOut(x), weight, bias, new How(grids, up, relu, x.requires_grad, weight.requires_grad, bias.requires_grad));

    /// <inheritdoc/>
    protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (grids, up, relu) = ((How)vars[3]).Pass;
        var few = up && FewChannels.Fit(grids);
        var y = few ? empty([x.size(0), grids.Large.Channels, grids.Large.Height, grids.Large.Width], float32)
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
    protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var how = (How)ctx.get_data(nameof(How));
        var (grids, up, relu) = how.Pass;
        var saved = ctx.get_saved_variables();
        var (x, weight, y) = (saved[0], saved[1], saved[2]);
        if (is_grad_enabled() || gradient.dtype != y.dtype)
            return DifferentiableGradients(gradient, x, weight, y, how);
        var dy = Images.LaidOut(gradient);
        var (du, ofBias) = how switch
        {
            { Relu: false, NeedsBias: false } => (dy, null),
            { Up: true, Grids.HasFewChannels: true } => (dy, dy.sum([0L, 2L, 3L])),
            _ => BiasKernel.Gradients(dy, y, relu),
        };
        var dx = how.NeedsX ? Empty(x.size(0), up ? grids.Small : grids.Large) : null;
        if (up && dx is not null)
            Convolutions.Down(du, weight, dx, grids);
        else if (dx is not null)
            Convolutions.Up(du, weight, dx, grids);
        var dw = !how.NeedsWeight ? null : up ? Convolutions.Weights(x, du, grids) : Convolutions.Weights(du, x, grids);
        if (!ReferenceEquals(du, dy))
            du.Dispose();
        if (!ReferenceEquals(dy, gradient))
            dy.Dispose();
        return [dx!, dw!, ofBias!, null!];
    }

    // With gradients of their own: what the same kernels compute, as functions.
    private static List<Tensor> DifferentiableGradients(Tensor dy, Tensor x, Tensor weight, Tensor y, How how)
    {
        var du = dy.As(y.dtype);
        if (how.Relu)
            du = du.masked_fill(y <= 0, 0);                                                      // where y is NaN, dy stays
        var dx = how.NeedsX ? Product(du, weight, how.Grids, !how.Up) : null;
        var dw = how.NeedsWeight ? ConvolutionWeights.Of(how.Up ? x : du, how.Up ? du : x, how.Grids) : null;
        return [dx!, dw!, how.NeedsBias ? du.sum([0L, 2L, 3L]) : null!, null!];
    }

    private static bool Fits(Tensor weight, Grids grids) =>
        weight.dtype == ScalarType.Float32 && weight.device_type == DeviceType.CPU && weight.dim() == 4 && weight.numel() < int.MaxValue / 4
        && weight.size(0) == grids.Small.Channels && weight.size(1) == grids.Large.Channels && weight.size(2) == grids.Kernel
        && weight.size(3) == grids.Kernel && Images.HaveLayout(weight) && grids.Small.Channels is >= FewestChannels and <= MostChannels
        && grids.Small.Height <= MostLines && grids.Taps <= MostTaps;

    private static Tensor Empty(long images, Grid grid) => Images.Empty(images, grid.Channels, grid.Height, grid.Width);

    private sealed record How(Grids Grids, bool Up, bool Relu, bool NeedsX, bool NeedsWeight, bool NeedsBias)
    {
        public (Grids Grids, bool Up, bool Relu) Pass => (Grids, Up, Relu);
    }
}
