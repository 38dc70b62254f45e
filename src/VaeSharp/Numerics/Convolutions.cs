using System.Runtime.CompilerServices;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>
/// Convolutions in single precision, channels last, under weights w [A, k, k, B] between a small grid [N, h, w, A] and a large one
/// [N, H, W, B] (<see cref="Grids"/>): products of matrices whose rows are where the image has them (<see cref="Tile"/>).
/// </summary>
internal static unsafe class Convolutions
{
    private const int PlacesOfPiece = 192;
    private const int RowsOfGroup = 8 * Tile.Rows;
    private const int MostParts = 16;
    private const int MostSums = 1 << 22;

    /// <summary>y[p, a] = Σ x[s p + tap − offset, b] w[a, tap, b], from the large grid to the small one.</summary>
    public static void Down(Tensor x, Tensor weight, Tensor y, Grids grids, Tensor? bias = null, bool relu = false)
    {
        var (taps, depth) = (grids.Down[0].Taps.Length, grids.Down[0].Depth);
        using var packed = Pack(weight, taps, depth, depth, grids.Small.Channels, down: 1, across: grids.Taps * grids.Large.Channels);
        using var padded = grids.HasFewChannels ? Pad(x, grids) : null;
        Run(padded ?? x, packed, y, grids.Down, taps, bias, relu);
    }

    /// <summary>
    /// y[q, b] = Σ x[p, a] w[a, tap, b] over p and taps with s p + tap − offset = q, from the small grid to the large one.
    /// </summary>
    public static void Up(Tensor x, Tensor weight, Tensor y, Grids grids, Tensor? bias = null, bool relu = false)
    {
        var (taps, depth, columns) = (grids.Taps, grids.Small.Channels, grids.Large.Channels);
        using var packed = Pack(weight, taps, columns, depth, columns, down: taps * columns, across: 1);
        Run(x, packed, y, grids.Up, taps, bias, relu);
    }

    /// <summary>The gradient of the weights, Σ small[p, a] large[s p + tap − offset, b]: [A, B, k, k], channels last.</summary>
    public static Tensor Weights(Tensor small, Tensor large, Grids grids)
    {
        if (grids.HasFewChannels)
            return WeightsOfFew(small, large, grids);
        var (images, channels) = ((int)small.size(0), grids.Small.Channels);
        var size = (long)channels * grids.Taps * grids.Large.Channels;
        var parts = (int)Math.Clamp(MostSums / size, 1, Math.Min(MostParts, images));
        var groups = (channels + RowsOfGroup - 1) / RowsOfGroup;
        using var sums = zeros(parts, size, dtype: float32);
        var work = new Summing(Kernels.Address(small), Kernels.Address(large), Kernels.Address(sums), images, parts, size, grids);
        Workers.Run(parts * groups, work, static (work, piece) =>
        {
            var (part, group) = (piece % work.Parts, piece / work.Parts);
            var (from, end) = (group * RowsOfGroup, Math.Min((group + 1) * RowsOfGroup, work.Grids.Small.Channels));
            for (var image = work.First(part); image < work.First(part + 1); image++)
            {
                WeightsOfImage((float*)work.Small + image * work.Grids.Small.Size, (float*)work.Large + image * work.Grids.Large.Size,
                    (float*)work.Sums + part * work.Size, from, end, work.Grids);
            }
        });
        GC.KeepAlive(small);
        GC.KeepAlive(large);
        return Parts.Sum(sums, Images.Empty(channels, grids.Large.Channels, grids.Kernel, grids.Kernel));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightsOfImage(float* small, float* large, float* sums, int from, int end, Grids grids)
    {
        var (taps, stride) = (grids.Taps, grids.Stride);
        var whole = (end - from) / Tile.Rows * Tile.Rows;
        var lines = stackalloc Tile.Stretch[grids.Small.Height];
        for (var tap = 0; tap < taps; tap++)
        {
            var (down, right) = (tap / grids.Kernel - grids.Top, tap % grids.Kernel - grids.Left);
            // Places p of a line with 0 ≤ s p + right < W.
            var first = Math.Max(0, -Grids.Floor(right, stride));
            var count = Math.Min(grids.Small.Width - 1, Grids.Floor(grids.Large.Width - 1 - right, stride)) - first + 1;
            if (count <= 0)
                continue;
            var place = (first, first * stride + right, count);
            var to = sums + ((long)from * taps + tap) * grids.Large.Channels;
            var used = Lines(small + from, large, lines, Tile.Rows, down, place, grids);
            for (var row = 0; row < whole; row += Tile.Rows)
                Multiply(lines, used, row, to + (long)row * taps * grids.Large.Channels, Tile.Rows, grids);
            if (from + whole == end)
                continue;
            used = Lines(small + from + whole, large, lines, end - from - whole, down, place, grids);
            Multiply(lines, used, 0, to + (long)whole * taps * grids.Large.Channels, end - from - whole, grids);
        }
    }

    // Rows are taps here, and columns the channels of the small grid.
    private static Tensor WeightsOfFew(Tensor small, Tensor large, Grids grids)
    {
        var (images, rows, channels) = ((int)small.size(0), grids.Taps * grids.Large.Channels, grids.Small.Channels);
        var parts = Math.Min(MostParts, images);
        using var padded = Pad(large, grids);
        using var sums = zeros(parts, rows, channels, dtype: float32);
        using var sum = empty(rows, channels, dtype: float32);
        var work = new Summing(Kernels.Address(small), Kernels.Address(padded), Kernels.Address(sums),
            images, parts, (long)rows * channels, grids);
        Workers.Run(parts, work, static (work, part) =>
        {
            for (var image = work.First(part); image < work.First(part + 1); image++)
            {
                WeightsOfFewOfImage((float*)work.Small + image * work.Grids.Small.Size, (float*)work.Large + image * work.Grids.Padded.Size,
                    (float*)work.Sums + part * work.Size, work.Grids.Taps * work.Grids.Large.Channels, work.Grids);
            }
        });
        GC.KeepAlive(small);
        var weights = Images.Empty(channels, grids.Large.Channels, grids.Kernel, grids.Kernel);
        using var rowsOfTaps = weights.permute(2, 3, 1, 0);
        using var view = Parts.Sum(sums, sum).view(grids.Kernel, grids.Kernel, grids.Large.Channels, channels);
        rowsOfTaps.copy_(view);
        return weights;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightsOfFewOfImage(float* small, float* padded, float* sums, int rows, Grids grids)
    {
        var (channels, few, below) = (grids.Small.Channels, grids.Large.Channels, grids.Padded.Width * grids.Large.Channels);
        var (height, width, across) = (grids.Small.Height, grids.Small.Width, grids.Stride * few);
        var lines = stackalloc Tile.Stretch[height];
        var to = stackalloc float*[Tile.Rows];
        for (var row = 0; row < rows; row += Tile.Rows)
        {
            for (var i = 0; i < Tile.Rows; i++)
            {
                var (tap, beside) = Math.DivRem(Math.Min(row + i, rows - 1), grids.Kernel * few);
                for (var y = 0; y < height; y++)
                    lines[y].Rows[i] = (long)(padded + (long)(y * grids.Stride + tap) * below + beside);
            }
            for (var y = 0; y < height; y++)
            {
                lines[y].B = small + (long)y * width * channels;
                lines[y].Depth = width;
            }
            for (var column = 0; column < channels; column += Tile.Columns)
            {
                for (var i = 0; i < Tile.Rows; i++)
                    to[i] = sums + (long)(row + i) * channels + column;
                Multiply(lines, height, 0, column, across, channels, to, Math.Min(Tile.Rows, rows - row), channels - column);
            }
        }
    }

    // The lines of the small grid that meet the large one.
    private static int Lines(float* small, float* large, Tile.Stretch* lines, int rows, int down, (int Small, int Large, int Count) place,
        Grids grids)
    {
        var used = 0;
        for (var y = 0; y < grids.Small.Height; y++)
        {
            var below = y * grids.Stride + down;
            if ((uint)below >= (uint)grids.Large.Height)
                continue;
            var line = lines + used++;
            var row = small + ((long)y * grids.Small.Width + place.Small) * grids.Small.Channels;
            for (var i = 0; i < Tile.Rows; i++)
                line->Rows[i] = (long)(row + Math.Min(i, rows - 1));
            line->B = large + ((long)below * grids.Large.Width + place.Large) * grids.Large.Channels;
            line->Depth = place.Count;
        }
        return used;
    }

    private static void Multiply(Tile.Stretch* lines, int count, int row, float* sums, int rows, Grids grids)
    {
        var (across, down) = (grids.Small.Channels, grids.Stride * grids.Large.Channels);
        var to = stackalloc float*[Tile.Rows];
        for (var column = 0; column < grids.Large.Channels; column += Tile.Columns)
        {
            for (var i = 0; i < Tile.Rows; i++)
                to[i] = sums + (long)i * grids.Taps * grids.Large.Channels + column;
            Multiply(lines, count, row, column, across, down, to, rows, grids.Large.Channels - column);
        }
    }

    private static void Multiply(Tile.Stretch* lines, int count, int row, int column, int across, int down, float** to,
        int rows, int columns)
    {
        if (columns >= Tile.Columns)
            Tile.Multiply<Tile.All>(lines, count, row, column, across, down, to, rows, Tile.Columns, new Tile.Epilogue(true));
        else
            Tile.Multiply<Tile.Some>(lines, count, row, column, across, down, to, rows, columns, new Tile.Epilogue(true));
    }

    // Of the weights of each tap, a matrix of as many rows as the sum is deep, a tile's columns side by side: [panels, taps, depth, 32];
    // and room for numbers that are no part of an image.
    private static Tensor Pack(Tensor weight, int taps, int step, int depth, int columns, int down, int across)
    {
        var panels = (columns + Tile.Columns - 1) / Tile.Columns;
        var packed = empty((long)panels * taps * depth * Tile.Columns + depth + Kernels.Line / sizeof(float), dtype: float32);
        var work = new Packing(Kernels.Address(weight), Kernels.Align(Kernels.Address(packed)), taps, step, depth, columns, down, across);
        Workers.Run(panels * taps, work, static (work, piece) =>
        {
            var (panel, tap) = (piece / work.Taps, piece % work.Taps);
            var matrix = new Matrix((float*)work.From + (long)tap * work.Step, work.Down, work.Across).From(0, panel * Tile.Columns);
            matrix.Pack((float*)work.To + (long)piece * work.Depth * Tile.Columns, work.Depth, work.Columns - panel * Tile.Columns);
        });
        GC.KeepAlive(weight);
        return packed;
    }

    // [N, H, W, B], with the zeros that taps meet around the image, and without what none meets.
    private static Tensor Pad(Tensor large, Grids grids)
    {
        using var places = large.permute(0, 2, 3, 1);
        return nn.functional.pad(places, [0, 0, .. grids.Margins]).contiguous();
    }

    private static void Run(Tensor x, Tensor packed, Tensor y, Grids.Pass[] passes, int taps, Tensor? bias, bool relu)
    {
        var images = (int)x.size(0);
        var (start, channels) = (Kernels.Align(Kernels.Address(packed)), passes[0].Source.Channels);
        var nothing = (float*)start + packed.numel() - Kernels.Line / sizeof(float) - channels;
        new Span<float>(nothing, channels).Clear();
        // A piece is a part of the images in all passes, which read the same.
        var pieces = Math.Max(1, (int)(images * (long)y.size(2) * y.size(3) / PlacesOfPiece));
        var behind = bias is null ? 0 : Kernels.Address(bias);
        var work = new Places(Kernels.Address(x), start, Kernels.Address(y), (nint)nothing, behind, relu, passes, taps, images, pieces);
        Workers.Run(pieces, work, static (work, piece) =>
        {
            foreach (var pass in work.Passes)
            {
                var lines = (long)work.Images * pass.Rows.Count;
                Piece(work, pass, (int)(lines * piece / work.Pieces), (int)(lines * (piece + 1) / work.Pieces));
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(packed);
        GC.KeepAlive(y);
        GC.KeepAlive(bias);
    }

    // Some lines of a pass. Places fill tiles one after the other, across lines and images.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Piece(in Places work, Grids.Pass pass, int first, int end)
    {
        var (rows, columns, source, target, used) = (pass.Rows, pass.Columns, pass.Source, pass.Target, pass.Taps.Length);
        var stretches = stackalloc Tile.Stretch[Math.Max(used, 1)];
        var shifts = stackalloc nint[Math.Max(used, 1)];
        for (var tap = 0; tap < used; tap++)
        {
            stretches[tap].B = (float*)work.Packed + (long)pass.Taps[tap] * pass.Depth * Tile.Columns;
            stretches[tap].Depth = pass.Depth;
            shifts[tap] = pass.Shifts[tap];
        }
        var to = stackalloc float*[Tile.Rows];
        var (step, spread, filled) = (columns.Step * source.Channels, columns.Spread * target.Channels, 0);
        for (var line = first; line < end; line++)
        {
            var (image, row) = Math.DivRem(line, rows.Count);
            var read = (long)image * source.Height + rows.Origin + row * rows.Step;
            var written = (long)image * target.Height + rows.First + row * rows.Spread;
            var from = (float*)work.X + (read * source.Width + columns.Origin) * source.Channels;
            var result = (float*)work.Y + (written * target.Width + columns.First) * target.Channels;
            var isInside = row >= rows.FirstInside && row <= rows.LastInside;
            for (var place = 0; place < columns.Count; place++, from += step, result += spread)
            {
                to[filled] = result;
                if (isInside && place >= columns.FirstInside && place <= columns.LastInside)
                {
                    for (var tap = 0; tap < used; tap++)
                        stretches[tap].Rows[filled] = (long)(from + shifts[tap]);
                }
                else
                {
                    for (var tap = 0; tap < used; tap++)
                        stretches[tap].Rows[filled] = (long)(pass.Reaches(tap, row, place) ? from + shifts[tap] : (float*)work.Nothing);
                }
                if (++filled == Tile.Rows)
                {
                    Multiply(work, pass, stretches, to, filled);
                    filled = 0;
                }
            }
        }
        if (filled == 0)
            return;
        for (var tap = 0; tap < used; tap++)
        {
            for (var i = filled; i < Tile.Rows; i++)
                stretches[tap].Rows[i] = stretches[tap].Rows[0];
        }
        Multiply(work, pass, stretches, to, filled);
    }

    private static void Multiply(in Places work, Grids.Pass pass, Tile.Stretch* stretches, float** to, int rows)
    {
        var (channels, epilogue) = (pass.Target.Channels, new Tile.Epilogue(false, (float*)work.Bias, work.Relu));
        for (var column = 0; column < channels; column += Tile.Columns)
        {
            Tile.Multiply<Tile.All>(stretches, pass.Taps.Length, 0, (nint)column * work.Taps * pass.Depth, 1, Tile.Columns, to, rows,
                Math.Min(Tile.Columns, channels - column), epilogue.From(column));
            for (var i = 0; i < rows; i++)
                to[i] += Tile.Columns;
        }
    }

    private readonly record struct Packing(nint From, nint To, int Taps, int Step, int Depth, int Columns, int Down, int Across);

    private readonly record struct Places(nint X, nint Packed, nint Y, nint Nothing, nint Bias, bool Relu, Grids.Pass[] Passes, int Taps,
        int Images, int Pieces);

    private readonly record struct Summing(nint Small, nint Large, nint Sums, int Images, int Parts, long Size, Grids Grids)
    {
        public long First(int part) => (long)Images * part / Parts;
    }
}
