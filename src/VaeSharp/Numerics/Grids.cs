namespace VaeSharp.Numerics;

/// <summary>The places of an image, whose channels lie side by side.</summary>
internal readonly record struct Grid(int Height, int Width, int Channels)
{
    /// <summary>Numbers of an image.</summary>
    public long Size => (long)Height * Width * Channels;
}

/// <summary>
/// The two sides of a convolution: a small grid, of which place p meets the places s · p + tap − offset of a large one. From the large one
/// to the small one goes a convolution, and the gradient of a transposed one; from the small to the large the reverse.
/// </summary>
internal sealed class Grids
{
    /// <summary>Two grids.</summary>
    /// <param name="small">The small one.</param>
    /// <param name="large">The large one.</param>
    /// <param name="kernel">Taps in each dimension.</param>
    /// <param name="stride">s.</param>
    /// <param name="top">The offset of rows.</param>
    /// <param name="left">The offset of columns.</param>
    public Grids(Grid small, Grid large, int kernel, int stride, int top, int left)
    {
        (Small, Large, Kernel, Stride, Top, Left) = (small, large, kernel, stride, top, left);
        Padded = new Grid((small.Height - 1) * stride + kernel, (small.Width - 1) * stride + kernel, large.Channels);
        Down = HasFewChannels
            ? [new Pass(small, Padded, Axis.Down(this, small.Height, Padded.Height, 0, kernel),
                Axis.Down(this, small.Width, Padded.Width, 0, 1), 1, kernel)]
            : [new Pass(small, large, Axis.Down(this, small.Height, large.Height, top, kernel),
                Axis.Down(this, small.Width, large.Width, left, kernel), kernel, 1)];
        Up =
        [
            .. from row in Enumerable.Range(0, stride)
               from column in Enumerable.Range(0, stride)
               let pass = new Pass(large, small,
                   Axis.Up(this, small.Height, large.Height, top, row), Axis.Up(this, small.Width, large.Width, left, column), kernel, 1)
               where pass.Rows.Count > 0 && pass.Columns.Count > 0
               select pass,
        ];
    }

    /// <summary>Two grids of a layer, which keeps them for the images of one size that it most often sees.</summary>
    public static Grids Of(ref Grids? kept, Grid small, Grid large, long kernel, long stride, long top, long left) =>
        kept is { } known && known.Small == small && known.Large == large
            ? known
            : kept = new Grids(small, large, (int)kernel, (int)stride, (int)top, (int)left);

    /// <summary>The small grid.</summary>
    public Grid Small { get; }

    /// <summary>The large grid.</summary>
    public Grid Large { get; }

    /// <summary>Taps in each dimension.</summary>
    public int Kernel { get; }

    /// <summary>From what a place of the small grid meets to what the next does.</summary>
    public int Stride { get; }

    /// <summary>Rows that the first tap of the first place is above the large grid.</summary>
    public int Top { get; }

    /// <summary>Columns that the first tap of the first place is left of the large grid.</summary>
    public int Left { get; }

    /// <summary>Whether the large grid has less than a vector's half of channels: then a row of taps is one product.</summary>
    public bool HasFewChannels => Large.Channels < 8;

    /// <summary>Number of taps.</summary>
    public int Taps => Kernel * Kernel;

    /// <summary>The part of the large grid that the small one meets, zeros around the image included.</summary>
    public Grid Padded { get; }

    /// <summary>What it has more than the large grid on the left, on the right, above and below; negative where it has less.</summary>
    public long[] Margins => [Left, Padded.Width - Large.Width - Left, Top, Padded.Height - Large.Height - Top];

    /// <summary>
    /// From the large grid to the small one. Of few channels it is the padded grid: there a row of the kernel meets numbers without gaps,
    /// and is one tap.
    /// </summary>
    public Pass[] Down { get; }

    /// <summary>
    /// From the small grid to the large one: a pass for each rest of a place's division by the stride, which the same taps reach.
    /// </summary>
    public Pass[] Up { get; }

    /// <summary>The largest integer ≤ x / y.</summary>
    public static int Floor(int x, int y) => (x - (x % y + y) % y) / y;

    /// <summary>Places that are written, and where each reads.</summary>
    public sealed class Pass
    {
        /// <summary>A pass.</summary>
        /// <param name="target">What is written.</param>
        /// <param name="source">What is read.</param>
        /// <param name="rows">Rows of both.</param>
        /// <param name="columns">Columns of both.</param>
        /// <param name="tapsOfRow">Taps of a row of the kernel.</param>
        /// <param name="placesOfTap">Places of the source that a tap reads.</param>
        public Pass(Grid target, Grid source, Axis rows, Axis columns, int tapsOfRow, int placesOfTap)
        {
            (Rows, Columns, Target, Source, Depth) = (rows, columns, target, source, placesOfTap * source.Channels);
            var count = columns.Taps.Length;
            int[] all = [.. Enumerable.Range(0, rows.Taps.Length * count)];
            Taps = [.. all.Select(i => rows.Taps[i / count] * tapsOfRow + columns.Taps[i % count])];
            Below = [.. all.Select(i => rows.Shifts[i / count])];
            Beside = [.. all.Select(i => columns.Shifts[i % count])];
            Shifts = [.. Below.Zip(Beside, (below, beside) => (below * source.Width + beside) * source.Channels)];
        }

        /// <summary>Numbers that a tap reads.</summary>
        public int Depth { get; }

        /// <summary>Rows.</summary>
        public Axis Rows { get; }

        /// <summary>Columns.</summary>
        public Axis Columns { get; }

        /// <summary>What is written.</summary>
        public Grid Target { get; }

        /// <summary>What is read.</summary>
        public Grid Source { get; }

        /// <summary>The taps that take part.</summary>
        public int[] Taps { get; }

        /// <summary>Rows from a place's own to where each tap reads.</summary>
        public int[] Below { get; }

        /// <summary>Columns from a place's own to where each tap reads.</summary>
        public int[] Beside { get; }

        /// <summary>Both, in numbers.</summary>
        public int[] Shifts { get; }

        /// <summary>Whether a tap reads inside of the source, of a place that is counted from 0.</summary>
        public bool Reaches(int tap, int row, int column) =>
            (uint)(Rows.Origin + row * Rows.Step + Below[tap]) < (uint)Source.Height
            && (uint)(Columns.Origin + column * Columns.Step + Beside[tap]) < (uint)Source.Width;
    }

    /// <summary>One dimension of a pass: its i-th place is written at First + i · Spread, and reads around Origin + i · Step.</summary>
    public sealed class Axis
    {
        private Axis(int count, int first, int spread, int origin, int step, int size, int[] taps, int[] shifts)
        {
            (Count, First, Spread, Origin, Step, Taps, Shifts) = (count, first, spread, origin, step, taps, shifts);
            var (least, most) = (shifts.DefaultIfEmpty().Min(), shifts.DefaultIfEmpty().Max());
            (FirstInside, LastInside) =
                (Math.Max(0, -Floor(origin + least, step)), Math.Min(count - 1, Floor(size - 1 - most - origin, step)));
        }

        /// <summary>Number of places.</summary>
        public int Count { get; }

        /// <summary>Where the first is written.</summary>
        public int First { get; }

        /// <summary>From there to the next.</summary>
        public int Spread { get; }

        /// <summary>What the first reads around.</summary>
        public int Origin { get; }

        /// <summary>From there to the next.</summary>
        public int Step { get; }

        /// <summary>The taps that take part.</summary>
        public int[] Taps { get; }

        /// <summary>Where each reads.</summary>
        public int[] Shifts { get; }

        /// <summary>The first place whose taps are all in the source.</summary>
        public int FirstInside { get; }

        /// <summary>The last one.</summary>
        public int LastInside { get; }

        /// <summary>All places of the small grid.</summary>
        public static Axis Down(Grids grids, int small, int large, int offset, int taps) =>
            new(small, 0, 1, 0, grids.Stride, large, [.. Enumerable.Range(0, taps)], [.. Enumerable.Range(-offset, taps)]);

        /// <summary>
        /// Places q of the large grid with q + offset = s m + rest, which taps rest + s j reach from places m − j of the small one.
        /// </summary>
        public static Axis Up(Grids grids, int small, int large, int offset, int rest)
        {
            var stride = grids.Stride;
            var (first, last) = (-Floor(rest - offset, stride), Floor(large - 1 + offset - rest, stride));
            int[] steps = [.. Enumerable.Range(0, Math.Max(0, -Floor(rest - grids.Kernel, stride)))];
            return new Axis(last - first + 1, first * stride + rest - offset, stride, first, 1, small,
                [.. steps.Select(j => rest + stride * j)], [.. steps.Select(j => -j)]);
        }
    }
}
