using VaeSharp.Data;
using VaeSharp.Training;

namespace VaeSharp.Evaluation;

/// <summary>How far reconstructions are from the examples, in the same unit whatever the likelihood is.</summary>
public static class ReconstructionError
{
    private const int Piece = 1_000;

    /// <summary>The mean squared error of an element, (1/ND) Σ (x − y)².</summary>
    /// <param name="x">Examples: [N, *shape].</param>
    /// <param name="y">Their reconstructions: [N, *shape].</param>
    /// <exception cref="ArgumentException">The numbers of values differ, or there are none.</exception>
    public static double MeanSquared(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.IsEmpty || x.Length != y.Length)
            throw new ArgumentException($"There must be as many values of reconstructions as of examples, got {y.Length} for {x.Length}.",
                nameof(y));
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        return sum / x.Length;
    }

    /// <summary>The mean squared error of an element, each example decoded from the mean of its q(z|x).</summary>
    /// <exception cref="ArgumentException">The examples are of another shape or range than the run's, or labels are missing.</exception>
    public static double MeanSquared(Run run, Dataset data, CancellationToken cancellation = default)
    {
        var sum = 0.0;
        for (var from = 0; from < data.Count; from += Piece)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(from, Math.Min(Piece, data.Count - from))];
            var (piece, x) = (data.Select(rows), new float[rows.Length * data.Spec.Size]);
            data.CopyTo(rows, x);
            sum += MeanSquared(x, run.Reconstruct(piece)) * rows.Length;
        }
        return sum / data.Count;
    }
}
