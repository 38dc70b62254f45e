using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeSharp.Numerics;

/// <summary>A family of distributions whose log density is x·l − A(l) in its logit l, sixteen elements at a time.</summary>
internal interface ILogitFamily
{
    /// <summary>x·l − A(l).</summary>
    static abstract Vector512<float> Term(Vector512<float> l, Vector512<float> x);

    /// <summary>The mean, A′(l).</summary>
    static abstract Vector512<float> Mean(Vector512<float> l);

    /// <summary>The mean, by operations that can be differentiated.</summary>
    static abstract Tensor Mean(Tensor logits);
}

/// <summary>Σ x·l − A(l) over an event, and its gradient x − A′(l), each in one pass.</summary>
internal sealed unsafe class LogitKernel<TFamily> : GuardedFunction<LogitKernel<TFamily>>
    where TFamily : struct, ILogitFamily
{
    /// <inheritdoc/>
    public override string Name => typeof(TFamily).Name;

    /// <summary>
    /// The log-likelihood of <paramref name="x"/> [N', D] under logits [N, D], where N is a multiple of N' and the rows of x repeat:
    /// [N]. Null where the kernel cannot run.
    /// </summary>
    public static Tensor? LogProb(Tensor logits, Tensor x)
    {
        var usable = Kernels.AreUsable && !x.requires_grad
            && Kernels.Take(logits, ScalarType.Float32) && Kernels.Take(x, ScalarType.Float32)
            && logits.dim() == 2 && x.dim() == 2 && logits.size(1) == x.size(1) && logits.size(0) % x.size(0) == 0;
        return usable ? apply(logits, x) : null;
    }

    /// <inheritdoc/>
    protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
    {
        var (logits, x) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([logits, x]);
        var (rows, size, distinct) = ((int)logits.size(0), (int)logits.size(1), (int)x.size(0));
        var sums = empty(rows, device: logits.device);
        var (l, given, target) = (Kernels.Address(logits), Kernels.Address(x), Kernels.Address(sums));
        Rows.Run(rows, size, row => ((float*)target)[row] =
            Sum((float*)l + (long)row * size, (float*)given + (long)(row % distinct) * size, size));
        GC.KeepAlive(logits);
        GC.KeepAlive(x);
        return sums;
    }

    /// <inheritdoc/>
    protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var saved = ctx.get_saved_variables();
        var (logits, x) = (saved[0], saved[1]);
        if (is_grad_enabled())
        {
            // Somebody will differentiate this gradient: it is made of operations that can be.
            var repeated = x.expand([logits.size(0) / x.size(0), .. x.shape]).reshape(logits.shape);
            return [gradient.unsqueeze(1) * (repeated - TFamily.Mean(logits)), null!];
        }
        var (rows, size, distinct) = ((int)logits.size(0), (int)logits.size(1), (int)x.size(0));
        var result = empty_like(logits);
        using var dense = gradient.contiguous();
        var (l, given, factor, target) =
            (Kernels.Address(logits), Kernels.Address(x), Kernels.Address(dense), Kernels.Address(result));
        Rows.Run(rows, size, row => Gradient((float*)l + (long)row * size, (float*)given + (long)(row % distinct) * size,
            ((float*)factor)[row], (float*)target + (long)row * size, size));
        GC.KeepAlive(logits);
        GC.KeepAlive(x);
        GC.KeepAlive(dense);
        return [result, null!];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* logits, float* x, int size)
    {
        var total = 0.0;
        for (var from = 0; from < size; from += Rows.Block)
        {
            var sum = Vector512<float>.Zero;
            var end = Math.Min(from + Rows.Block, size);
            var i = from;
            for (; i + 16 <= end; i += 16)
                sum += TFamily.Term(Vector512.Load(logits + i), Vector512.Load(x + i));
            if (i < end)
                sum += Vectors.First(TFamily.Term(Vectors.LoadFirst(logits + i, end - i), Vectors.LoadFirst(x + i, end - i)), end - i);
            total += Vector512.Sum(sum);
        }
        return (float)total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient(float* logits, float* x, float factor, float* target, int size)
    {
        var i = 0;
        for (; i + 16 <= size; i += 16)
            Gradient(Vector512.Load(logits + i), Vector512.Load(x + i), factor).Store(target + i);
        if (i < size)
            Vectors.StoreFirst(Gradient(Vectors.LoadFirst(logits + i, size - i), Vectors.LoadFirst(x + i, size - i), factor),
                target + i, size - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gradient(Vector512<float> l, Vector512<float> x, float factor) =>
        (x - TFamily.Mean(l)) * factor;
}
