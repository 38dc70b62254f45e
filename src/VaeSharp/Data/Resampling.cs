namespace VaeSharp.Data;

/// <summary>How the pixels along one axis become fewer or more: for each new one, the first old one and weights from there on.</summary>
internal sealed class Resampling
{
    private readonly int[] first;
    private readonly float[][] weights;

    /// <summary>Prepares the way from one length to another.</summary>
    public Resampling(int from, int to)
    {
        (From, To) = (from, to);
        (first, weights) = (new int[to], new float[to][]);
        for (var i = 0; i < to; i++)
            (first[i], weights[i]) = to < from ? Area(i) : Linear(i);
    }

    /// <summary>The old length.</summary>
    public int From { get; }

    /// <summary>The new length.</summary>
    public int To { get; }

    /// <summary>Makes one line of new pixels.</summary>
    public void Apply(ReadOnlySpan<float> line, int step, Span<float> result, int resultStep)
    {
        for (var i = 0; i < To; i++)
        {
            var sum = 0f;
            for (var k = 0; k < weights[i].Length; k++)
                sum += weights[i][k] * line[(first[i] + k) * step];
            result[i * resultStep] = sum;
        }
    }

    // New pixel i covers the old ones from i·From/To to (i + 1)·From/To; in units of 1/To all of it is whole numbers.
    private (int First, float[] Weights) Area(int i)
    {
        var (begin, end) = ((long)i * From, (long)(i + 1) * From);
        var (left, right) = ((int)(begin / To), (int)((end + To - 1) / To));
        var shares = new float[right - left];
        for (var k = 0; k < shares.Length; k++)
            shares[k] = (Math.Min(end, (left + k + 1L) * To) - Math.Max(begin, (left + (long)k) * To)) / (float)From;
        return (left, shares);
    }

    // Centres: new pixel i lies at (i + ½)·From/To − ½; at the edges the last pixel goes on.
    private (int First, float[] Weights) Linear(int i)
    {
        var at = Math.Clamp((2L * i + 1) * From - To, 0, 2L * To * (From - 1));      // in units of 1/(2·To)
        var (left, rest) = ((int)(at / (2 * To)), at % (2 * To) / (2f * To));
        return rest == 0 ? (left, [1]) : (left, [1 - rest, rest]);
    }
}
