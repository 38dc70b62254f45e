using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeSharp.Numerics;

/// <summary>
/// Eight rows and thirty-two columns of a product A B in single precision, which stay in registers while A and B pass by: for each place
/// of the sum two vectors of B, and a number of A for each row.
/// </summary>
/// <remarks>
/// The sum is made of stretches. Rows of A lie wherever a stretch says, so that a convolution is a product whose rows are pixels, and whose
/// stretches are the taps of the kernel, without a copy of the image.
/// </remarks>
internal static unsafe class Tile
{
    /// <summary>Rows of A.</summary>
    public const int Rows = 8;

    /// <summary>Columns of B: two vectors.</summary>
    public const int Columns = 32;

    /// <summary>
    /// C = A B, or what the epilogue makes of it. What <typeparamref name="TColumns"/> leaves out of B is not read.
    /// </summary>
    /// <param name="stretches">Parts of the sum.</param>
    /// <param name="count">Number of parts.</param>
    /// <param name="a">What is added to the addresses of A's rows, in numbers.</param>
    /// <param name="b">What is added to the addresses of B.</param>
    /// <param name="across">From a number of A to the next of its row.</param>
    /// <param name="down">From a row of B to the next.</param>
    /// <param name="c">Where the rows of C begin. Those beyond <paramref name="rows"/> are not written; A must have them.</param>
    /// <param name="rows">Number of rows of C.</param>
    /// <param name="columns">Number of columns of B and C.</param>
    /// <param name="epilogue">What becomes of the sum.</param>
    // Inlined into another method, sums would not stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply<TColumns>(Stretch* stretches, int count, nint a, nint b, nint across, nint down, float** c, int rows,
        int columns, Epilogue epilogue)
        where TColumns : IColumns
    {
        Pair c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        for (var last = stretches + count; stretches < last; stretches++)
        {
            var at = (float**)stretches->Rows;
            float* a0 = at[0], a1 = at[1], a2 = at[2], a3 = at[3], a4 = at[4], a5 = at[5], a6 = at[6], a7 = at[7];
            var row = stretches->B + b;
            var stop = a + stretches->Depth * across;
            for (var k = a; k < stop; k += across, row += down)
            {
                var (x, y) = (TColumns.Load(row, columns), TColumns.Load(row + 16, columns - 16));
                c0.Add(Vector512.Create(a0[k]), x, y);
                c1.Add(Vector512.Create(a1[k]), x, y);
                c2.Add(Vector512.Create(a2[k]), x, y);
                c3.Add(Vector512.Create(a3[k]), x, y);
                c4.Add(Vector512.Create(a4[k]), x, y);
                c5.Add(Vector512.Create(a5[k]), x, y);
                c6.Add(Vector512.Create(a6[k]), x, y);
                c7.Add(Vector512.Create(a7[k]), x, y);
            }
        }
        c0.Store(c[0], columns, epilogue);
        if (rows > 1)
            c1.Store(c[1], columns, epilogue);
        if (rows > 2)
            c2.Store(c[2], columns, epilogue);
        if (rows > 3)
            c3.Store(c[3], columns, epilogue);
        if (rows > 4)
            c4.Store(c[4], columns, epilogue);
        if (rows > 5)
            c5.Store(c[5], columns, epilogue);
        if (rows > 6)
            c6.Store(c[6], columns, epilogue);
        if (rows > 7)
            c7.Store(c[7], columns, epilogue);
    }

    /// <summary>What becomes of a sum: C = A B, C + A B, or A B + bias, and max(.., 0) of the last.</summary>
    /// <param name="add">Whether C is added to.</param>
    /// <param name="bias">A number for each column; null for none.</param>
    /// <param name="relu">Whether negative numbers become 0.</param>
    public readonly struct Epilogue(bool add, float* bias = null, bool relu = false)
    {
        /// <summary>The same for columns further right.</summary>
        public Epilogue From(int column) => new(add, bias == null ? null : bias + column, relu);

        /// <summary>The same with what is in C already.</summary>
        public Epilogue Added => new(true, bias, relu);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Store(Vector512<float> sum, float* to, int column, int count)
        {
            if (add)
                sum += Vectors.LoadFirst(to + column, count - column);
            if (bias != null)
                sum += Vectors.LoadFirst(bias + column, count - column);
            Vectors.StoreFirst(relu ? Vectors.Relu(sum) : sum, to + column, count - column);
        }
    }

    /// <summary>A part of the sum: rows of A, where B begins, and the length of both.</summary>
    public struct Stretch
    {
        /// <summary>Addresses.</summary>
        public fixed long Rows[Tile.Rows];

        /// <summary>The first row.</summary>
        public float* B;

        /// <summary>Numbers of a row of A, and rows of B.</summary>
        public nint Depth;
    }

    /// <summary>How much of B there is.</summary>
    public interface IColumns
    {
        /// <summary>The first <paramref name="count"/> of sixteen numbers.</summary>
        static abstract Vector512<float> Load(float* source, int count);
    }

    /// <summary>All columns.</summary>
    public readonly struct All : IColumns
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(float* source, int count) => Vector512.Load(source);
    }

    /// <summary>Some; 0 in place of the others.</summary>
    public readonly struct Some : IColumns
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Load(float* source, int count) => Vectors.LoadFirst(source, count);
    }

    private struct Pair
    {
        private Vector512<float> x;
        private Vector512<float> y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<float> factor, Vector512<float> x, Vector512<float> y)
        {
            this.x = Vector512.FusedMultiplyAdd(factor, x, this.x);
            this.y = Vector512.FusedMultiplyAdd(factor, y, this.y);
        }

        public readonly void Store(float* to, int count, Epilogue epilogue)
        {
            epilogue.Store(x, to, 0, count);
            epilogue.Store(y, to, 16, count);
        }
    }
}
