using System.Runtime.CompilerServices;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>Products of matrices in single precision.</summary>
internal static unsafe class Products
{
    /// <summary>
    /// Whether they are faster than libtorch's: on AMD's processors, where its MKL does without AVX-512, about twice.
    /// </summary>
    public static bool AreFast => Processor.IsFromAmd;

    private const int Depth = 256;                                        // of A and B that is multiplied before the next begins

    /// <summary>
    /// A B, for matrices whose rows or columns lie without gaps: [M, K] and [K, N] → [M, N]. Or A B + bias, or max(A B + bias, 0), for a
    /// bias [N].
    /// </summary>
    /// <exception cref="ArgumentException">Sizes do not fit, or a matrix has other numbers or gaps.</exception>
    public static Tensor Multiply(Tensor a, Tensor b, Tensor? bias = null, bool relu = false)
    {
        var (rows, depth, columns) = ((int)a.size(0), (int)a.size(1), (int)b.size(1));
        if (b.size(0) != depth || (bias is not null && !(Kernels.Take(bias, ScalarType.Float32) && bias.numel() == columns)))
            throw new ArgumentException("Factors must be [M, K] and [K, N], and a bias [N] in Float32, got "
                + $"[{string.Join(", ", a.shape)}], [{string.Join(", ", b.shape)}] and "
                + (bias is null ? "none." : $"[{string.Join(", ", bias.shape)}] in {bias.dtype}."),
                bias is null ? nameof(b) : nameof(bias));
        var c = empty(rows, columns, dtype: float32);
        var behind = bias is null ? 0 : Kernels.Address(bias);
        var work = new Work(new Matrix(a), new Matrix(b), Kernels.Address(c), behind, relu, rows, depth, columns);
        Workers.Run((columns + Tile.Columns - 1) / Tile.Columns, work, static (work, piece) =>
        {
            var first = piece * Tile.Columns;
            var epilogue = new Tile.Epilogue(false, (float*)work.Bias, work.Relu).From(first);
            Columns(work.A, work.B.From(0, first), (float*)work.C + first, work.Rows, work.Depth,
                Math.Min(Tile.Columns, work.Columns - first), work.Columns, epilogue);
        });
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(bias);
        return c;
    }

    [SkipLocalsInit]
    private static void Columns(Matrix a, Matrix b, float* c, int rows, int depth, int columns, int width, Tile.Epilogue epilogue)
    {
        var memory = stackalloc byte[Depth * Tile.Columns * sizeof(float) + Kernels.Line];
        var packed = (float*)Kernels.Align((nint)memory);
        var to = stackalloc float*[Tile.Rows];
        Tile.Stretch part;
        for (var first = 0; first < depth; first += Depth)
        {
            part.B = packed;
            part.Depth = Math.Min(Depth, depth - first);
            b.From(first, 0).Pack(packed, (int)part.Depth, columns);
            for (var row = 0; row < rows; row += Tile.Rows)
            {
                for (var i = 0; i < Tile.Rows; i++)
                {
                    part.Rows[i] = (long)a.From(Math.Min(row + i, rows - 1), first).Start;
                    to[i] = c + (long)(row + i) * width;
                }
                Tile.Multiply<Tile.All>(&part, 1, 0, 0, (nint)a.Across, Tile.Columns, to, Math.Min(Tile.Rows, rows - row), columns,
                    first + Depth < depth ? new Tile.Epilogue(first > 0) : first == 0 ? epilogue : epilogue.Added);
            }
        }
    }

    private readonly record struct Work(Matrix A, Matrix B, nint C, nint Bias, bool Relu, int Rows, int Depth, int Columns);
}
