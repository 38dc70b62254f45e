using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>Divides rows among threads, where there is enough to do.</summary>
internal static class Rows
{
    /// <summary>Elements that are added up in single precision before they go to a sum in double precision.</summary>
    public const int Block = 2048;

    private const int ElementsOfPiece = 16_384;

    /// <summary>Runs a body for each row.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="size">Number of elements of a row.</param>
    /// <param name="row">Told the row.</param>
    public static void Run(int rows, int size, Action<int> row) => Run(rows, size, row, static (body, i) => body(i));

    /// <summary>The same for a body that captures nothing, so that nothing is left to the collector.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="size">Number of elements of a row.</param>
    /// <param name="work">What all rows are told.</param>
    /// <param name="row">Told that, and the row.</param>
    public static void Run<T>(int rows, int size, T work, Action<T, int> row)
    {
        var together = Math.Clamp(ElementsOfPiece / Math.Max(size, 1), 1, rows);
        Workers.Run((rows + together - 1) / together, (Work: work, Row: row, Rows: rows, Together: together), static (all, piece) =>
        {
            for (var i = piece * all.Together; i < Math.Min((piece + 1) * all.Together, all.Rows); i++)
                all.Row(all.Work, i);
        });
    }
}
