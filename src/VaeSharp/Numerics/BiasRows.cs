using System.Runtime.Intrinsics;

namespace VaeSharp.Numerics;

/// <summary>Bias and activation behind a product, for one row of neighbours in memory: the outputs of an example, or the channels of a place.</summary>
internal static unsafe class BiasRows
{
    /// <summary>y = u + b, or max(u + b, 0).</summary>
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

    /// <summary>The gradient of u, which may lie where that of y does, and what it adds to the gradient of b.</summary>
    public static void Gradient<TResult, TProduct>(byte* dy, byte* y, byte* du, float* db, int width, bool relu)
        where TResult : IFormat
        where TProduct : IFormat
    {
        var c = 0;
        for (; c + 16 <= width; c += 16)
        {
            var value = TResult.Load(dy + c * TResult.Size);
            if (relu)
                value = Vectors.WherePositive(TResult.Load(y + c * TResult.Size), value);
            if (du != dy)
                TProduct.Store(value, du + c * TProduct.Size);
            (Vector512.Load(db + c) + value).Store(db + c);
        }
        if (c < width)
        {
            var value = TResult.Load(dy + c * TResult.Size, width - c);
            if (relu)
                value = Vectors.WherePositive(TResult.Load(y + c * TResult.Size, width - c), value);
            if (du != dy)
                TProduct.Store(value, du + c * TProduct.Size, width - c);
            Vectors.StoreFirst(Vectors.LoadFirst(db + c, width - c) + value, db + c, width - c);
        }
    }
}
