namespace VaeSharp.Imaging.Drawing;

/// <summary>How many points lie around each point, by counting them in small squares and blurring the counts.</summary>
internal static class Density
{
    private const int Bins = 160, Radius = 3, Passes = 3;

    /// <summary>A density for each point, from 0 to 1, by rank: every colour is used equally often.</summary>
    public static double[] Ranks(IReadOnlyList<(double X, double Y)> points, Window window)
    {
        var counts = new double[Bins * Bins];
        var bins = points.Select(point => Bin(point, window)).ToArray();
        foreach (var bin in bins)
            counts[bin]++;
        for (var pass = 0; pass < Passes; pass++)                     // three box blurs are nearly a Gaussian one
            counts = Blur(Blur(counts, stride: 1), stride: Bins);

        var densities = Array.ConvertAll(bins, bin => counts[bin]);
        var order = Enumerable.Range(0, densities.Length).ToArray();
        Array.Sort((double[])densities.Clone(), order);
        var ranks = new double[order.Length];
        for (var i = 0; i < order.Length; i++)
            ranks[order[i]] = (i + 0.5) / order.Length;
        return ranks;
    }

    private static int Bin((double X, double Y) point, Window window)
    {
        var column = (int)Math.Clamp((point.X - window.Left) / window.Width * Bins, 0, Bins - 1);
        var row = (int)Math.Clamp((point.Y - window.Bottom) / window.Height * Bins, 0, Bins - 1);
        return row * Bins + column;
    }

    private static double[] Blur(double[] counts, int stride)
    {
        var blurred = new double[counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            var along = i / stride % Bins;
            for (var offset = Math.Max(-Radius, -along); offset <= Math.Min(Radius, Bins - 1 - along); offset++)
                blurred[i] += counts[i + offset * stride];
        }
        return blurred;
    }
}
