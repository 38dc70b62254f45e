namespace VaeSharp.Data;

/// <summary>What is done to examples between their source and the model: limit, grey, resize, invert, binarise, in this order.</summary>
internal static class Transforms
{
    /// <summary>Does what the spec asks for.</summary>
    public static DataSplits Apply(DataSplits splits, DatasetSpec spec, long seed)
    {
        var train = spec.Limit > 0 && spec.Limit < splits.Train.Count ? splits.Train.Take(spec.Limit) : splits.Train;
        return new DataSplits(
            Apply(train, spec, seed, Split.Train),
            splits.Test is { } test ? Apply(test, spec, seed, Split.Test) : null,
            splits.Validation is { } validation ? Apply(validation, spec, seed, Split.Validation) : null);
    }

    private static Dataset Apply(Dataset data, DatasetSpec spec, long seed, Split split)
    {
        if (spec.Grey)
            data = Grey(data);
        if (spec.Resize > 0)
            data = Resize(data, spec.Resize);
        if (spec.Invert)
            data = Invert(data);
        return spec.Binarise switch
        {
            Binarise.Threshold => Binarisation.Threshold(data),
            Binarise.Static => Binarisation.Draw(data, seed, split),
            Binarise.Dynamic when split == Split.Train => Binarisation.Dynamic(data),
            Binarise.Dynamic => Binarisation.Draw(data, seed, split),
            _ => data,
        };
    }

    /// <summary>Colour images become grey.</summary>
    public static Dataset Grey(Dataset data)
    {
        var (channels, height, width) = Sizes(data, "grey");
        return channels switch
        {
            1 => data,
            3 or 4 => Map(data, data.Spec.Reshape(1, height, width), Pictures.Grey),
            _ => throw new ArgumentException($"Only 3 or 4 channels can become grey; data set '{data.Name}' has {channels}.", nameof(data)),
        };
    }

    /// <summary>Images get another height and width.</summary>
    public static Dataset Resize(Dataset data, int size)
    {
        var (channels, height, width) = Sizes(data, "resize");
        if (height == size && width == size)
            return data;
        var (rows, columns) = (new Resampling((int)height, size), new Resampling((int)width, size));
        return Map(data, data.Spec.Reshape(channels, size, size), (from, to) => Pictures.Resize(from, rows, columns, to));
    }

    private static Dataset Invert(Dataset data)
    {
        Sizes(data, "invert");
        var sum = data.IsBytes ? 255 : (float)(data.Spec.Low + data.Spec.High);
        if (!data.Spec.IsBounded)
            throw new ArgumentException($"Inverting needs values with a range; those of data set '{data.Name}' have none.", nameof(data));
        return Map(data, data.Spec, (from, to) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = sum - from[i];
        });
    }

    private static (long Channels, long Height, long Width) Sizes(Dataset data, string transform) =>
        data.Spec.Shape is [var channels, var height, var width] ? (channels, height, width) : throw new ArgumentException(
            $"Only images can have '{transform}'; an example of data set '{data.Name}' is {data.Spec.ShapeText}.", nameof(data));

    private delegate void ExampleMap(ReadOnlySpan<float> from, Span<float> to);

    // Maps example by example: bytes by their numbers 0 … 255, and back to the nearest byte.
    private static Dataset Map(Dataset data, DataSpec spec, ExampleMap map)
    {
        var (from, to) = (new float[data.Spec.Size], new float[spec.Size]);
        if (!data.IsBytes)
        {
            var values = new float[Total(data, spec)];
            for (var i = 0; i < data.Count; i++)
            {
                data.CopyTo([i], from);
                map(from, to);
                for (var j = 0; j < to.Length; j++)
                    values[i * to.Length + j] = Math.Clamp(to[j], (float)spec.Low, (float)spec.High);   // rounding passes the ends
            }
            return data.WithValues(values, spec);
        }
        var raw = new byte[from.Length];
        var bytes = new byte[Total(data, spec)];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopyTo([i], raw);
            for (var j = 0; j < raw.Length; j++)
                from[j] = raw[j];
            map(from, to);
            for (var j = 0; j < to.Length; j++)
                bytes[i * to.Length + j] = Pictures.Round(to[j]);
        }
        return data.WithValues(bytes, spec);
    }

    private static long Total(Dataset data, DataSpec spec) => data.Count * spec.Size <= Array.MaxLength
        ? data.Count * spec.Size
        : throw new ArgumentException($"{data.Count} × {spec.ShapeText} are more than one data set can hold; limit them.", nameof(data));
}
