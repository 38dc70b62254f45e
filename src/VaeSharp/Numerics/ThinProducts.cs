using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>
/// Products of a matrix of long rows, A [N, L], with one of few rows, T [K, L], by way of S [N, K]: codes have few units, and a call of a
/// general product costs more than these do.
/// </summary>
internal static unsafe class ThinProducts
{
    /// <summary>Most rows K that these are for.</summary>
    public const int MostRows = 16;

    private const int RowsOfPiece = 32;
    private const int ColumnsOfPiece = 128;

    /// <summary>S = A Tᵀ.</summary>
    public static Tensor Dot(Tensor a, Tensor t)
    {
        var (rows, length, few) = ((int)a.size(0), (int)a.size(1), (int)t.size(0));
        var s = empty(rows, few, dtype: float32);
        var work = new Work(Kernels.Address(a), Kernels.Address(t), Kernels.Address(s), rows, length, few, a.dtype == ScalarType.BFloat16);
        Workers.Run((rows + RowsOfPiece - 1) / RowsOfPiece, work, static (work, piece) =>
        {
            var (first, end) = (piece * RowsOfPiece, Math.Min((piece + 1) * RowsOfPiece, work.Rows));
            if (work.Narrow)
                Dot<BFloat16>((byte*)work.From, (float*)work.With, (float*)work.To, first, end, work.Length, work.Few);
            else
                Dot<Float32>((byte*)work.From, (float*)work.With, (float*)work.To, first, end, work.Length, work.Few);
        });
        GC.KeepAlive(a);
        GC.KeepAlive(t);
        return s;
    }

    /// <summary>A = S T, in single precision.</summary>
    public static Tensor Spread(Tensor s, Tensor t)
    {
        var (rows, length, few) = ((int)s.size(0), (int)t.size(1), (int)t.size(0));
        var a = empty(rows, length, dtype: float32);
        var work = new Work(Kernels.Address(s), Kernels.Address(t), Kernels.Address(a), rows, length, few, false);
        Workers.Run((rows + RowsOfPiece - 1) / RowsOfPiece, work, static (work, piece) =>
        {
            for (var row = (long)piece * RowsOfPiece; row < Math.Min((piece + 1) * RowsOfPiece, work.Rows); row++)
                Spread((float*)work.From + row * work.Few, (float*)work.With, (float*)work.To + row * work.Length, work.Length, work.Few);
        });
        GC.KeepAlive(s);
        GC.KeepAlive(t);
        return a;
    }

    /// <summary>T = Sᵀ A.</summary>
    public static Tensor Outer(Tensor s, Tensor a)
    {
        var (rows, length, few) = ((int)a.size(0), (int)a.size(1), (int)s.size(1));
        var t = empty(few, length, dtype: float32);
        var work = new Work(Kernels.Address(a), Kernels.Address(s), Kernels.Address(t), rows, length, few, a.dtype == ScalarType.BFloat16);
        Workers.Run((length + ColumnsOfPiece - 1) / ColumnsOfPiece, work, static (work, piece) =>
        {
            var (first, end) = (piece * ColumnsOfPiece, Math.Min((piece + 1) * ColumnsOfPiece, work.Length));
            if (work.Narrow)
                Outer<BFloat16>((byte*)work.From, (float*)work.With, (float*)work.To, first, end, work.Rows, work.Length, work.Few);
            else
                Outer<Float32>((byte*)work.From, (float*)work.With, (float*)work.To, first, end, work.Rows, work.Length, work.Few);
        });
        GC.KeepAlive(s);
        GC.KeepAlive(a);
        return t;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot<T>(byte* a, float* t, float* s, int first, int end, int length, int few)
        where T : IFormat
    {
        var whole = length & ~15;
        for (var row = first; row < end; row++)
        {
            var line = a + (long)row * length * T.Size;
            for (var k = 0; k < few; k += 2)
            {
                // Two rows of T at a time; the last one twice where their number is odd.
                var one = t + (long)k * length;
                var other = t + (long)Math.Min(k + 1, few - 1) * length;
                var (sum, second) = (Vector512<float>.Zero, Vector512<float>.Zero);
                for (var i = 0; i < whole; i += 16)
                {
                    var x = T.Load(line + (long)i * T.Size);
                    sum = Vector512.FusedMultiplyAdd(x, Vector512.Load(one + i), sum);
                    second = Vector512.FusedMultiplyAdd(x, Vector512.Load(other + i), second);
                }
                if (whole < length)
                {
                    var x = T.Load(line + (long)whole * T.Size, length - whole);
                    sum = Vector512.FusedMultiplyAdd(x, Vectors.LoadFirst(one + whole, length - whole), sum);
                    second = Vector512.FusedMultiplyAdd(x, Vectors.LoadFirst(other + whole, length - whole), second);
                }
                s[(long)row * few + k] = Vector512.Sum(sum);
                if (k + 1 < few)
                    s[(long)row * few + k + 1] = Vector512.Sum(second);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(float* s, float* t, float* a, int length, int few)
    {
        var whole = length & ~15;
        for (var i = 0; i < whole; i += 16)
        {
            var sum = Vector512<float>.Zero;
            for (var k = 0; k < few; k++)
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(s[k]), Vector512.Load(t + (long)k * length + i), sum);
            sum.Store(a + i);
        }
        for (var i = whole; i < length; i++)
        {
            var sum = 0f;
            for (var k = 0; k < few; k++)
                sum = float.FusedMultiplyAdd(s[k], t[(long)k * length + i], sum);
            a[i] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer<T>(byte* a, float* s, float* t, int first, int end, int rows, int length, int few)
        where T : IFormat
    {
        for (var i = first; i < end; i += 16)
        {
            var left = end - i;
            for (var k = 0; k < few; k += 4)
            {
                var (p, q, u, v) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                var (k1, k2, k3) = (Math.Min(k + 1, few - 1), Math.Min(k + 2, few - 1), Math.Min(k + 3, few - 1));
                for (var row = 0; row < rows; row++)
                {
                    var at = a + ((long)row * length + i) * T.Size;
                    var x = left >= 16 ? T.Load(at) : T.Load(at, left);
                    var factors = s + (long)row * few;
                    p = Vector512.FusedMultiplyAdd(Vector512.Create(factors[k]), x, p);
                    q = Vector512.FusedMultiplyAdd(Vector512.Create(factors[k1]), x, q);
                    u = Vector512.FusedMultiplyAdd(Vector512.Create(factors[k2]), x, u);
                    v = Vector512.FusedMultiplyAdd(Vector512.Create(factors[k3]), x, v);
                }
                // Rows that stand twice are written twice, with the same numbers.
                Vectors.StoreFirst(v, t + (long)k3 * length + i, left);
                Vectors.StoreFirst(u, t + (long)k2 * length + i, left);
                Vectors.StoreFirst(q, t + (long)k1 * length + i, left);
                Vectors.StoreFirst(p, t + (long)k * length + i, left);
            }
        }
    }

    private readonly record struct Work(nint From, nint With, nint To, int Rows, int Length, int Few, bool Narrow);
}
