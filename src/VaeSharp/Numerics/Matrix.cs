using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>A matrix in memory, whose rows or columns lie without gaps.</summary>
/// <param name="start">The first element.</param>
/// <param name="down">From an element to the one below it.</param>
/// <param name="across">From an element to the one on its right; 1, where <paramref name="down"/> is not.</param>
internal readonly unsafe struct Matrix(float* start, long down, long across)
{
    /// <summary>The memory of a tensor. The stride of a dimension of one element may be anything; here it is 1.</summary>
    /// <exception cref="ArgumentException">The tensor has other numbers or gaps.</exception>
    public Matrix(Tensor x) : this((float*)Kernels.Address(x), x.size(0) == 1 ? 1 : x.stride(0), x.size(1) == 1 ? 1 : x.stride(1))
    {
        if (x.dim() != 2 || x.dtype != ScalarType.Float32 || Math.Min(Down, Across) != 1)
            throw new ArgumentException($"A matrix must be in Float32, with rows or columns without gaps, got {x.dtype} with strides "
                + $"[{string.Join(", ", x.stride())}]. Make it contiguous.", nameof(x));
    }

    /// <summary>The first element.</summary>
    public float* Start => start;

    /// <summary>From an element to the one below it.</summary>
    public long Down => down;

    /// <summary>From an element to the one on its right.</summary>
    public long Across => across;

    /// <summary>What is below and right of an element.</summary>
    public Matrix From(int row, int column) => new(start + row * down + column * across, down, across);

    /// <summary>
    /// Copies the first columns, side by side as <see cref="Tile"/> wants them: <see cref="Tile.Columns"/> numbers for each row, of which
    /// those that are not there are 0.
    /// </summary>
    /// <param name="to">On a whole cache line.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* to, int rows, int columns)
    {
        if (across != 1)
        {
            for (var row = 0; row < rows; row += 16)
            {
                Turn(start + row * down, to + row * Tile.Columns, Math.Min(16, rows - row), columns);
                Turn(start + row * down + 16 * across, to + row * Tile.Columns + 16, Math.Min(16, rows - row), columns - 16);
            }
            return;
        }
        for (var row = 0; row < rows; row++, to += Tile.Columns)
        {
            var from = start + row * down;
            Vectors.LoadFirst(from, columns).StoreAligned(to);
            Vectors.LoadFirst(from + 16, columns - 16).StoreAligned(to + 16);
        }
    }

    // Up to sixteen columns without gaps become rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn(float* from, float* to, int rows, int columns)
    {
        var turned = stackalloc Vector512<float>[16];
        for (var i = 0; i < 16; i++, from += across)
            turned[i] = i < columns ? Vectors.LoadFirst(from, rows) : Vector512<float>.Zero;
        Transpose(turned);
        for (var i = 0; i < rows; i++)
            turned[i].StoreAligned(to + i * Tile.Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(Vector512<float>* rows)
    {
        // First within each quarter of a vector, four rows at a time: quarter q of the i-th of them is column 4 q + i.
        for (var four = rows; four < rows + 16; four += 4)
        {
            var (a, b) = (Avx512F.UnpackLow(four[0], four[1]).AsDouble(), Avx512F.UnpackHigh(four[0], four[1]).AsDouble());
            var (c, d) = (Avx512F.UnpackLow(four[2], four[3]).AsDouble(), Avx512F.UnpackHigh(four[2], four[3]).AsDouble());
            four[0] = Avx512F.UnpackLow(a, c).AsSingle();
            four[1] = Avx512F.UnpackHigh(a, c).AsSingle();
            four[2] = Avx512F.UnpackLow(b, d).AsSingle();
            four[3] = Avx512F.UnpackHigh(b, d).AsSingle();
        }
        // Then quarters among vectors.
        for (var i = 0; i < 4; i++)
        {
            var (a, b) = (Avx512F.Shuffle4x128(rows[i], rows[i + 4], 0x44), Avx512F.Shuffle4x128(rows[i], rows[i + 4], 0xee));
            var (c, d) = (Avx512F.Shuffle4x128(rows[i + 8], rows[i + 12], 0x44), Avx512F.Shuffle4x128(rows[i + 8], rows[i + 12], 0xee));
            rows[i] = Avx512F.Shuffle4x128(a, c, 0x88);
            rows[i + 4] = Avx512F.Shuffle4x128(a, c, 0xdd);
            rows[i + 8] = Avx512F.Shuffle4x128(b, d, 0x88);
            rows[i + 12] = Avx512F.Shuffle4x128(b, d, 0xdd);
        }
    }
}
