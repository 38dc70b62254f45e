namespace VaeSharp.Cli.Verbs;

/// <summary>A line of a table of layers.</summary>
/// <param name="Layer">Name and type.</param>
/// <param name="Shape">The shape of its output.</param>
/// <param name="Parameters">Number of learned numbers.</param>
/// <param name="ConnectedTo">The layers whose outputs go into it.</param>
internal sealed record SummaryRow(string Layer, string Shape, long Parameters, string ConnectedTo);

/// <summary>Writes tables of layers as Keras does.</summary>
internal static class SummaryTable
{
    /// <summary>Writes a table.</summary>
    public static void Write(Terminal terminal, IEnumerable<SummaryRow> rows)
    {
        var lines = rows.Select(row => (string[])[row.Layer, row.Shape, $"{row.Parameters:N0}", row.ConnectedTo])
            .Prepend(["Layer (type)", "Output shape", "Parameters", "Connected to"]).ToList();
        var widths = Enumerable.Range(0, 4).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var rule = new string('─', widths.Sum() + 6);
        terminal.Line(rule);
        for (var i = 0; i < lines.Count; i++)
        {
            string[] cells = [lines[i][0].PadRight(widths[0]), lines[i][1].PadRight(widths[1]),
                lines[i][2].PadLeft(widths[2]), lines[i][3]];
            terminal.Line(string.Join("  ", cells).TrimEnd());
            if (i == 0)
                terminal.Line(rule);
        }
        terminal.Line(rule);
    }

    /// <summary>Writes what stands below a table.</summary>
    public static void WriteTotals(Terminal terminal, long trainable, long buffers)
    {
        terminal.Line($"Total parameters: {trainable + buffers:N0}");
        terminal.Line($"Trainable parameters: {trainable:N0}");
        terminal.Line($"Non-trainable parameters: {buffers:N0}");
        terminal.Line();
    }
}
