using VaeSharp.Interop;

namespace VaeSharp.Data;

/// <summary>One array, understood as examples: [N, *shape] with channels first.</summary>
internal sealed record ArrayExamples(long[] Shape, byte[]? Bytes, float[]? Floats, bool IsBinary)
{
    /// <summary>Whether all values lie in [0, 1]; bytes do by what they stand for.</summary>
    public bool InUnitRange => Floats is null || !Floats.AsSpan().ContainsAnyExceptInRange(0, 1);

    /// <summary>Understands an array.</summary>
    /// <exception cref="InvalidDataException">Its shape is none of examples.</exception>
    public static ArrayExamples From(NdArray array, string path)
    {
        var (shape, last) = array.Shape switch
        {
            [> 0, > 0 and var d] => (new[] { d }, false),
            [> 0, > 0 and var h, > 0 and var w] => ([1, h, w], false),
            [> 0, > 0 and var h, > 0 and var w, 1 or 3 or 4] when h is not (1 or 3 or 4) => (new[] { array.Shape[3], h, w }, true),
            [> 0, > 0 and var c, > 0 and var h, > 0 and var w] => ([c, h, w], false),
            _ => throw new InvalidDataException($"'{path}' must have an array of [N, D], [N, H, W], [N, H, W, C] or [N, C, H, W], "
                + $"got [{string.Join(", ", array.Shape)}]."),
        };
        var binary = array.DType == "|b1";
        if (!binary && array.DType != "|u1")
            return new ArrayExamples(shape, null, last ? ChannelsFirst(array.ToFloats(), shape) : array.ToFloats(), false);
        var bytes = array.ToBytes();
        for (var i = 0; binary && i < bytes.Length; i++)
            bytes[i] = bytes[i] == 0 ? (byte)0 : byte.MaxValue;
        return new ArrayExamples(shape, last ? ChannelsFirst(bytes, shape) : bytes, null, binary);
    }

    /// <summary>Makes the data set.</summary>
    public Dataset ToDataset(int[] labels, string[] classNames, string name, (double, double) range)
    {
        var names = labels.Length > 0 ? classNames : null;
        if (Bytes is null)
            return Dataset.From(Floats, Shape, labels, names, name, range);
        var data = Dataset.From(Bytes, Shape, labels, names, name);
        return IsBinary ? data.With(data.Spec with { Levels = 2 }) : data;
    }

    private static T[] ChannelsFirst<T>(T[] values, long[] shape)
    {
        var (channels, area) = ((int)shape[0], (int)(shape[1] * shape[2]));
        if (channels == 1)
            return values;
        var result = new T[values.Length];
        for (var start = 0; start < values.Length; start += channels * area)
        {
            for (var c = 0; c < channels; c++)
            {
                for (var i = 0; i < area; i++)
                    result[start + c * area + i] = values[start + i * channels + c];
            }
        }
        return result;
    }
}
