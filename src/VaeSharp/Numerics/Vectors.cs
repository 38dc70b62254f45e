using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>Functions of sixteen single-precision numbers at a time, to about one unit in the last place.</summary>
/// <remarks>For processors with AVX-512; kernels that use them ask <see cref="Kernels.AreUsable"/> first. NaN stays NaN.</remarks>
internal static class Vectors
{
    /// <summary>eˣ for x ≤ 0; below −87 as at −87, which is as good as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpOfNegative(Vector512<float> x)
    {
        x = Avx512F.Max(Vector512.Create(-87f), x);                                                // the second where one is NaN
        var n = Avx512F.RoundScale(x * Vector512.Create(1.44269504f), 0);                          // x = n log 2 + r, |r| ≤ ½ log 2
        var r = Avx512F.FusedMultiplyAddNegated(n, Vector512.Create(0.693359375f), x);
        r = Avx512F.FusedMultiplyAddNegated(n, Vector512.Create(-2.12194440e-4f), r);
        var p = Vector512.Create(1.9875691500e-4f);                                                // eʳ ≈ 1 + r + r² P(r)
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Avx512F.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Avx512F.FusedMultiplyAdd(p * r, r, r) + Vector512<float>.One;
        return Avx512F.Scale(p, n);                                                                // p 2ⁿ
    }

    /// <summary>log(1 + x) for 0 ≤ x ≤ 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogOfOneAnd(Vector512<float> x)
    {
        var s = x / (x + Vector512.Create(2f));                                                    // log(1 + x) = 2 artanh s, s ≤ ⅓
        var w = s * s;
        var p = Vector512.Create(2f / 15);
        p = Avx512F.FusedMultiplyAdd(p, w, Vector512.Create(2f / 13));
        p = Avx512F.FusedMultiplyAdd(p, w, Vector512.Create(2f / 11));
        p = Avx512F.FusedMultiplyAdd(p, w, Vector512.Create(2f / 9));
        p = Avx512F.FusedMultiplyAdd(p, w, Vector512.Create(2f / 7));
        p = Avx512F.FusedMultiplyAdd(p, w, Vector512.Create(2f / 5));
        p = Avx512F.FusedMultiplyAdd(p, w, Vector512.Create(2f / 3));
        return Avx512F.FusedMultiplyAdd(p * w, s, s + s);
    }

    /// <summary>1 / (1 + e⁻ˡ), given e = exp(−|l|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> l, Vector512<float> e) =>
        Vector512.ConditionalSelect(Vector512.LessThan(l, Vector512<float>.Zero), e, Vector512<float>.One) / (e + Vector512<float>.One);

    /// <summary>max(x, 0), where NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> x) => Avx512F.Max(Vector512<float>.Zero, x);

    /// <summary>A gradient where the output of <see cref="Relu"/> is positive, and 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WherePositive(Vector512<float> output, Vector512<float> gradient) =>
        Vector512.AndNot(gradient, Vector512.LessThanOrEqual(output, Vector512<float>.Zero).AsSingle());

    /// <summary>
    /// 0 in place of numbers below 10⁻³⁵. What decays to 0 ends in numbers with fewer digits (below 10⁻³⁸), for which processors take a
    /// hundred times as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Flush(Vector512<float> x) =>
        Vector512.AndNot(x, Vector512.LessThan(Vector512.Abs(x), Vector512.Create(1e-35f)).AsSingle());

    /// <summary>0 in place of numbers below 10⁻¹⁶, whose squares would be flushed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FlushRoot(Vector512<float> x) =>
        Vector512.AndNot(x, Vector512.LessThan(Vector512.Abs(x), Vector512.Create(1e-16f)).AsSingle());

    /// <summary>The first <paramref name="count"/> of sixteen numbers; the others are 0 and are not read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<float> LoadFirst(float* source, int count) =>
        count >= 16 ? Vector512.Load(source) : Avx512F.MaskLoad(source, FirstMask(count), Vector512<float>.Zero);

    /// <summary>Stores the first <paramref name="count"/> of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreFirst(Vector512<float> values, float* target, int count)
    {
        if (count >= 16)
            values.Store(target);
        else
            Avx512F.MaskStore(target, FirstMask(count), values);
    }

    /// <summary>The first <paramref name="count"/> of sixteen numbers, and 0 for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(Vector512<float> values, int count) =>
        Vector512.ConditionalSelect(FirstMask(count), values, Vector512<float>.Zero);

    private static Vector512<float> FirstMask(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
