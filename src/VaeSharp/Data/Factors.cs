namespace VaeSharp.Data;

/// <summary>Ground-truth factors of generated examples: what each was drawn from.</summary>
/// <param name="Names">The factors' names.</param>
/// <param name="Values">Row by row: [N, F].</param>
public sealed record Factors(IReadOnlyList<string> Names, ReadOnlyMemory<float> Values)
{
    /// <summary>Number N of rows.</summary>
    public int Rows => Values.Length / Names.Count;

    /// <summary>The factors of one row: [F].</summary>
    public ReadOnlySpan<float> this[int row] => Values.Span.Slice(row * Names.Count, Names.Count);
}
