using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>
/// What stands behind the product of a convolution, in one pass over memory: y = max(u + b, 0), or u + b, for a window of u; and the
/// gradients of u and b in another. The channels of a place lie side by side.
/// </summary>
internal sealed unsafe class BiasKernel : GuardedFunction<BiasKernel>
{
    /// <inheritdoc/>
    public override string Name => nameof(BiasKernel);

    /// <summary>
    /// y for <paramref name="u"/> [N, C, H, W], whose memory it takes where the window is all of it; null where the kernel cannot run.
    /// </summary>
    public static Tensor? Apply(Tensor u, Tensor bias, bool relu, Window window)
    {
        var usable = Kernels.AreUsable && u.device_type == DeviceType.CPU && u.dtype is ScalarType.Float32 or ScalarType.BFloat16
            && u.dim() == 4 && u.numel() is > 0 and < int.MaxValue / 4 && Images.HaveLayout(u)
            && Kernels.Take(bias, ScalarType.Float32) && bias.numel() == u.size(1) && window.IsIn(u);
        return usable ? apply(u, bias, relu, window) : null;
    }

    /// <summary>The same in libtorch's operations.</summary>
    public static Tensor Plain(Tensor u, Tensor bias, bool relu, Window window)
    {
        var sum = window.Of(u) + bias.As(u.dtype).view(1, -1, 1, 1);
        return relu ? nn.functional.relu(sum) : sum;
    }

    /// <inheritdoc/>
    protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
    {
        var (u, bias, relu, window) = ((Tensor)vars[0], (Tensor)vars[1], (bool)vars[2], (Window)vars[3]);
        // The product is the layer's own, and its gradient does not need it: the result may lie in its place.
        var y = window.IsAllOf(u) ? u.detach() : Images.Empty(u.size(0), u.size(1), window.Height, window.Width, u.dtype);
        if (u.dtype == ScalarType.Float32)
            Forward<Float32>(u, bias, y, relu, window);
        else
            Forward<BFloat16>(u, bias, y, relu, window);
        ctx.save_data("relu", relu);
        ctx.save_data("window", window);
        ctx.save_data("shape", u.shape);
        ctx.save_for_backward([y]);
        return y;
    }

    /// <inheritdoc/>
    protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (relu, window, shape) = ((bool)ctx.get_data("relu"), (Window)ctx.get_data("window"), (long[])ctx.get_data("shape"));
        var y = ctx.get_saved_variables()[0];
        if (is_grad_enabled() || gradient.dtype != y.dtype)
            return PlainGradients(gradient, y, relu, window, shape);
        var (du, ofBias) = Gradients(Images.LaidOut(gradient), y, relu, window, shape[2], shape[3]);
        return [du, ofBias, null!, null!];
    }

    /// <summary>The gradients of u and b for one of y, channels last, where the window is all of u.</summary>
    public static (Tensor OfU, Tensor OfBias) Gradients(Tensor dy, Tensor y, bool relu) =>
        Gradients(dy, y, relu, new Window(0, 0, y.size(2), y.size(3)), y.size(2), y.size(3));

    private static (Tensor OfU, Tensor OfBias) Gradients(Tensor dy, Tensor y, bool relu, Window window, long height, long width)
    {
        var du = Images.Empty(y.size(0), y.size(1), height, width, y.dtype);
        using var sums = y.dtype == ScalarType.Float32
            ? Backward<Float32>(dy, y, du, relu, window)
            : Backward<BFloat16>(dy, y, du, relu, window);
        return (du, Parts.Sum(sums, empty(y.size(1), dtype: float32)));
    }

    private static List<Tensor> PlainGradients(Tensor dy, Tensor y, bool relu, Window window, long[] shape)
    {
        var du = relu ? dy.masked_fill(y <= 0, 0) : dy;                                            // where y is NaN, dy stays
        var (right, bottom) = (shape[3] - window.Left - window.Width, shape[2] - window.Top - window.Height);
        return [nn.functional.pad(du, [window.Left, right, window.Top, bottom]), du.to_type(float32).sum([0L, 2L, 3L]), null!, null!];
    }

    private static void Forward<T>(Tensor u, Tensor bias, Tensor y, bool relu, Window window)
        where T : IFormat
    {
        var (from, with, to) = (Kernels.Address(u), Kernels.Address(bias), Kernels.Address(y));
        var (channels, high, wide, width) = ((int)u.size(1), u.size(2), u.size(3), (int)window.Width);
        Rows.Run((int)(u.size(0) * window.Height), width * channels, row =>
        {
            var (image, line) = Math.DivRem(row, window.Height);
            var source = (byte*)from + ((image * high + window.Top + line) * wide + window.Left) * channels * T.Size;
            var target = (byte*)to + (long)row * width * channels * T.Size;
            for (var x = 0; x < width; x++, source += channels * T.Size, target += channels * T.Size)
                BiasRows.Add<T, T>(source, (float*)with, target, channels, relu);
        });
        GC.KeepAlive(u);
        GC.KeepAlive(bias);
        GC.KeepAlive(y);
    }

    /// <returns>The gradient of the bias in parts that are still to be added: [parts, C].</returns>
    private static Tensor Backward<T>(Tensor dy, Tensor y, Tensor du, bool relu, Window window)
        where T : IFormat
    {
        var (images, channels) = ((int)y.size(0), (int)y.size(1));
        var sums = zeros(images, channels, dtype: float32);
        var work = new Work(Kernels.Address(dy), Kernels.Address(y), Kernels.Address(du), Kernels.Address(sums), channels, (int)du.size(2),
            (int)du.size(3), relu, window);
        Workers.Run(images, work, static (work, image) => BackwardOfImage<T>(work, image));
        GC.KeepAlive(dy);
        GC.KeepAlive(y);
        GC.KeepAlive(du);
        return sums;
    }

    private static void BackwardOfImage<T>(in Work work, int image)
        where T : IFormat
    {
        var (window, pixel) = (work.Window, work.Channels * T.Size);
        var sums = (float*)work.Sums + (long)image * work.Channels;
        for (var line = 0; line < work.Height; line++)
        {
            var target = (byte*)work.Du + ((long)image * work.Height + line) * work.Width * pixel;
            if (line < window.Top || line >= window.Top + window.Height)
            {
                new Span<byte>(target, work.Width * pixel).Clear();
                continue;
            }
            var row = (image * window.Height + line - window.Top) * window.Width * pixel;
            new Span<byte>(target, (int)window.Left * pixel).Clear();
            target += window.Left * pixel;
            BiasRows.Gradient<T, T>((byte*)work.Dy + row, (byte*)work.Y + row, target, sums, (int)window.Width, work.Channels, work.Relu);
            target += window.Width * pixel;
            new Span<byte>(target, (int)(work.Width - window.Left - window.Width) * pixel).Clear();
        }
    }

    private readonly record struct Work(nint Dy, nint Y, nint Du, nint Sums, int Channels, int Height, int Width, bool Relu, Window Window);
}
