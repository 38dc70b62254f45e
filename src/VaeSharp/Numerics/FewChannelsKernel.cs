using System.Runtime.Intrinsics;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>
/// A transposed convolution to few channels: each place of the input times all taps of all outputs, sixteen products at a time, added up
/// where they fall. libtorch's own computes as many channels as fit a vector, of which an image needs one or three.
/// </summary>
internal sealed unsafe class FewChannelsKernel : autograd.SingleTensorFunction<FewChannelsKernel>
{
    private const int MostTaps = 64;
    private const int Together = 8;

    private static readonly TorchScript Script = new("""
        def gradients(g: Tensor, x: Tensor, w: Tensor, s: int, p: int) -> List[Tensor]:
            r = torch.convolution_backward(g, x, w, None, [s, s], [0, 0], [1, 1], True, [p, p], 1, [True, True, False])
            return [r[0], r[1]]
        """);

    /// <inheritdoc/>
    public override string Name => nameof(FewChannelsKernel);

    /// <summary>
    /// A window of the full output of <paramref name="x"/> [N, C, H, W], channels last, under <paramref name="weight"/> [C, O, k, k], plus the
    /// bias: [N, O, H', W']. Null where the kernel cannot run or would not pay.
    /// </summary>
    public static Tensor? Apply(Tensor x, Tensor weight, Tensor bias, long stride, long surplus, Window window)
    {
        var usable = Kernels.AreUsable && x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16
            && x.dim() == 4 && x.numel() is > 0 and < int.MaxValue / 4 && weight.dtype == ScalarType.Float32
            && weight.size(1) * weight.size(2) * weight.size(3) <= MostTaps && weight.size(1) <= 4 && Kernels.HasChannelsLast(x);
        return usable ? apply(x, weight, bias, stride, surplus, window) : null;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (stride, surplus, window) = ((long)vars[3], (long)vars[4], (Window)vars[5]);
        var shape = new Taps((int)x.size(1), (int)weight.size(1), (int)weight.size(2), (int)stride, (int)x.size(2), (int)x.size(3), window);
        var lanes = nn.functional.pad(weight.flatten(1), [0, shape.Lanes - shape.Count]);                    // [C, lanes]
        var y = empty(x.size(0), weight.size(1), window.Height, window.Width);
        y.copy_(bias.view(1, -1, 1, 1));
        if (x.dtype == ScalarType.Float32)
            Forward<Float32>(x, lanes, y, shape);
        else
            Forward<BFloat16>(x, lanes, y, shape);
        ctx.save_data("stride", stride);
        ctx.save_data("surplus", surplus);
        ctx.save_data("window", window);
        ctx.save_for_backward([x, weight]);
        return y;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (stride, surplus, window) = ((long)ctx.get_data("stride"), (long)ctx.get_data("surplus"), (Window)ctx.get_data("window"));
        var saved = ctx.get_saved_variables();
        var (x, weight) = (saved[0], saved[1]);
        // libtorch's own gradients are fast, and can be differentiated again.
        var (right, bottom) = (Full(x.size(3)) - window.Left - window.Width, Full(x.size(2)) - window.Top - window.Height);
        var type = weight.size(0) % 16 == 0 ? x.dtype : ScalarType.Float32;                        // pytorch/pytorch#163347: wrong in bfloat16
        var whole = nn.functional.pad(grad_output, [window.Left, right, window.Top, bottom]).As(type);
        var gradients = (Tensor[])Script.Invoke("gradients", whole, x.As(type), weight.As(type), stride, surplus)!;
        return [gradients[0].As(x.dtype), gradients[1].As(ScalarType.Float32), grad_output.sum([0L, 2L, 3L]), null!, null!, null!];

        long Full(long size) => (size - 1) * stride + weight.size(2) + surplus;
    }

    private static void Forward<T>(Tensor x, Tensor lanes, Tensor y, Taps taps)
        where T : IFormat
    {
        var (from, weights, to) = (Kernels.Address(x), Kernels.Address(lanes), Kernels.Address(y));
        var (image, result) = ((long)taps.Channels * taps.Height * taps.Width, taps.Outputs * taps.Window.Height * taps.Window.Width);
        Workers.Run((int)x.size(0), n => Image<T>((byte*)from + n * image * T.Size, (float*)weights, (float*)to + n * result, taps));
        GC.KeepAlive(lanes);
    }

    private static void Image<T>(byte* x, float* weights, float* y, Taps taps)
        where T : IFormat
    {
        var pixels = taps.Height * taps.Width;
        var values = stackalloc float[Together * taps.Channels];
        var products = stackalloc float[Together * MostTaps];
        for (var first = 0; first < pixels; first += Together)
        {
            var count = Math.Min(Together, pixels - first);
            Widen<T>(x + (long)first * taps.Channels * T.Size, values, count * taps.Channels, Together * taps.Channels);
            for (var lane = 0; lane < taps.Lanes; lane += 16)
                Multiply(values, weights + lane, products + lane, taps);
            for (var p = 0; p < count; p++)
                Add(products + p * MostTaps, y, (first + p) / taps.Width, (first + p) % taps.Width, taps);
        }
    }

    private static void Widen<T>(byte* source, float* target, int count, int room)
        where T : IFormat
    {
        for (var i = 0; i < count; i += 16)
            Vectors.StoreFirst(T.Load(source + i * T.Size, count - i), target + i, count - i);
        new Span<float>(target + count, room - count).Clear();
    }

    private static void Multiply(float* x, float* weights, float* products, Taps taps)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (e, f, g, h) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var channels = taps.Channels;
        for (var i = 0; i < channels; i++)
        {
            var w = Vector512.Load(weights + (long)i * taps.Lanes);
            a = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[i]), a);
            b = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[channels + i]), b);
            c = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[2 * channels + i]), c);
            d = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[3 * channels + i]), d);
            e = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[4 * channels + i]), e);
            f = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[5 * channels + i]), f);
            g = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[6 * channels + i]), g);
            h = Vector512.FusedMultiplyAdd(w, Vector512.Create(x[7 * channels + i]), h);
        }
        a.Store(products);
        b.Store(products + MostTaps);
        c.Store(products + 2 * MostTaps);
        d.Store(products + 3 * MostTaps);
        e.Store(products + 4 * MostTaps);
        f.Store(products + 5 * MostTaps);
        g.Store(products + 6 * MostTaps);
        h.Store(products + 7 * MostTaps);
    }

    private static void Add(float* products, float* y, int row, int column, Taps taps)
    {
        var (kernel, window) = (taps.Kernel, taps.Window);
        var (top, left) = (row * taps.Stride - (int)window.Top, column * taps.Stride - (int)window.Left);
        for (var output = 0; output < taps.Outputs; output++, y += window.Height * window.Width)
        {
            for (var i = 0; i < kernel; i++, products += kernel)
            {
                if ((uint)(top + i) >= (uint)window.Height)
                    continue;
                var line = y + (top + i) * window.Width;
                for (var j = 0; j < kernel; j++)
                {
                    if ((uint)(left + j) < (uint)window.Width)
                        line[left + j] += products[j];
                }
            }
        }
    }

    /// <summary>The sizes of one application.</summary>
    private sealed record Taps(int Channels, int Outputs, int Kernel, int Stride, int Height, int Width, Window Window)
    {
        /// <summary>Number of products of one place.</summary>
        public int Count => Outputs * Kernel * Kernel;

        /// <summary>The same, as whole vectors.</summary>
        public int Lanes { get; } = (Outputs * Kernel * Kernel + 15) / 16 * 16;
    }
}
