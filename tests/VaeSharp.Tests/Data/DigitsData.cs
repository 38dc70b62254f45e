using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

/// <summary>The default data set of drawn digits, drawn once for all tests.</summary>
internal static class DigitsData
{
    private static readonly Lazy<DataSplits> splits = new(() => new DigitsSpec().Load(Drawing));

    /// <summary>No folder for what is kept can be made beneath a file: digits are drawn, and not read.</summary>
    public static DataContext Drawing => new() { Cache = Path.Combine(typeof(DigitsData).Assembly.Location, "none") };

    public static Dataset Train => splits.Value.Train;

    public static Dataset Test => splits.Value.Test!;

    /// <summary>All bytes of the first examples: [count, 784].</summary>
    public static byte[] Bytes(this Dataset data, int count)
    {
        var bytes = new byte[count * Digits.Pixels];
        data.CopyTo([.. Enumerable.Range(0, count)], bytes);
        return bytes;
    }

    public static byte[] Image(this Dataset data, int index)
    {
        var image = new byte[Digits.Pixels];
        data.CopyTo([index], image);
        return image;
    }

    public static int[] Labels(this Dataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Label)];

    public static double Factor(this Dataset data, int index, string name) =>
        data.Factors![index][DigitFactors.Names.ToList().IndexOf(name)];

    /// <summary>An upright 1 of one stroke, 18 pixels high and 3 wide, in the middle; some of its factors changed.</summary>
    public static byte[] Stroke(params (string Name, float Value)[] changes)
    {
        var factors = new float[DigitFactors.Count];
        (string, float)[] plain = [("digit", 1), ("size", 18), ("aspect", 1), ("thickness", 3), ("ink", 1)];
        foreach (var (name, value) in plain.Concat(changes))
            factors[DigitFactors.Names.ToList().IndexOf(name)] = value;
        var image = new byte[Digits.Pixels];
        Digits.Draw(new(factors), image);
        return image;
    }
}
