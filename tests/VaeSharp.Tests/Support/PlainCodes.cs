using VaeSharp.Distributions;

namespace VaeSharp.Tests.Support;

/// <summary>Codes that are their indices, as numbers: [Q], or [Q, h, w] on a raster.</summary>
internal sealed class PlainCodes(long count, params long[] indexShape) : ICodes
{
    public long Count => count;

    public long[] IndexShape => indexShape;

    public long[] Shape => [indexShape[^1], .. indexShape[..^1]];

    public Tensor Middle => full(Shape, (count - 1) / 2.0, dtype: float32);

    public Tensor IndicesOf(Distribution q) => ((Quantised)q).Indices;

    public Tensor At(Tensor indices) =>
        (indexShape.Length == 1 ? indices : indices.permute(0, 3, 1, 2).contiguous()).to_type(float32);

    /// <summary>The indices of codes: [.., *Shape] → [N, *IndexShape].</summary>
    public Tensor Back(Tensor z)
    {
        var codes = z.reshape([-1, .. Shape]).to_type(int64);
        return indexShape.Length == 1 ? codes : codes.permute(0, 2, 3, 1).contiguous();
    }

    /// <summary>The indices of all codes, which count upwards with the last as the lowest digit: [Kⁿ, *IndexShape].</summary>
    public Tensor All()
    {
        var digits = (int)indexShape.Aggregate(1L, (product, size) => product * size);
        var rows = (long)Math.Pow(count, digits);
        var values = new long[rows * digits];
        for (var row = 0L; row < rows; row++)
        {
            var rest = row;
            for (var digit = digits - 1; digit >= 0; digit--)
                (values[row * digits + digit], rest) = (rest % count, rest / count);
        }
        return tensor(values).view([rows, .. indexShape]);
    }

    /// <summary>How often each of <see cref="All"/> is among some indices [N, *IndexShape].</summary>
    public long[] Histogram(Tensor indices)
    {
        var number = indices.flatten(1).unbind(1).Aggregate((sum, digit) => sum * count + digit);
        return number.bincount(null, All().size(0)).data<long>().ToArray();
    }
}
