using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeSharp.Numerics;

/// <summary>
/// Bias and activation behind a product, for one row of neighbours in memory: the outputs of an example, or the channels of a place.
/// </summary>
internal static unsafe class BiasRows
{
    /// <summary>y = u + b, or max(u + b, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TProduct, TResult>(byte* u, float* bias, byte* y, int width, bool relu)
        where TProduct : IFormat
        where TResult : IFormat
    {
        var c = 0;
        for (; c + 16 <= width; c += 16)
        {
            var sum = TProduct.Load(u + c * TProduct.Size) + Vector512.Load(bias + c);
            TResult.Store(relu ? Vectors.Relu(sum) : sum, y + c * TResult.Size);
        }
        if (c < width)
        {
            var sum = TProduct.Load(u + c * TProduct.Size, width - c) + Vectors.LoadFirst(bias + c, width - c);
            TResult.Store(relu ? Vectors.Relu(sum) : sum, y + c * TResult.Size, width - c);
        }
    }

    /// <summary>The gradients of rows of u, which may lie where those of y do, and what they add to the gradient of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<TResult, TProduct>(byte* dy, byte* y, byte* du, float* db, int rows, int width, bool relu)
        where TResult : IFormat
        where TProduct : IFormat
    {
        var c = 0;
        for (; c + 32 <= width; c += 32)
        {
            var (sum, second) = (Vector512.Load(db + c), Vector512.Load(db + c + 16));
            for (var at = (long)c; at < (long)rows * width; at += width)
            {
                var (value, next) = (TResult.Load(dy + at * TResult.Size), TResult.Load(dy + (at + 16) * TResult.Size));
                if (relu)
                {
                    value = Vectors.WherePositive(TResult.Load(y + at * TResult.Size), value);
                    next = Vectors.WherePositive(TResult.Load(y + (at + 16) * TResult.Size), next);
                }
                if (du != dy)
                {
                    TProduct.Store(value, du + at * TProduct.Size);
                    TProduct.Store(next, du + (at + 16) * TProduct.Size);
                }
                (sum, second) = (sum + value, second + next);
            }
            sum.Store(db + c);
            second.Store(db + c + 16);
        }
        for (; c < width; c += 16)
        {
            var (sum, count) = (Vectors.LoadFirst(db + c, width - c), width - c);
            for (var at = (long)c; at < (long)rows * width; at += width)
            {
                var value = TResult.Load(dy + at * TResult.Size, count);
                if (relu)
                    value = Vectors.WherePositive(TResult.Load(y + at * TResult.Size, count), value);
                if (du != dy)
                    TProduct.Store(value, du + at * TProduct.Size, count);
                sum += value;
            }
            Vectors.StoreFirst(sum, db + c, count);
        }
    }
}
