namespace VaeSharp.Data;

/// <summary>Images of one split, and what they were drawn from.</summary>
internal sealed class DrawnDigits
{
    /// <summary>Makes room for images that are not drawn yet.</summary>
    /// <param name="count">Number of images.</param>
    public DrawnDigits(int count)
    {
        Images = GC.AllocateUninitializedArray<byte>(count * Digits.Pixels);
        Factors = GC.AllocateUninitializedArray<float>(count * DigitFactors.Count);
        Native.HugePages.Use(Images);
    }

    /// <summary>The images: [N, 1, H, W].</summary>
    public byte[] Images { get; }

    /// <summary>The factors: [N, F].</summary>
    public float[] Factors { get; }

    /// <summary>Number of images.</summary>
    public int Count => Images.Length / Digits.Pixels;

    /// <summary>Draws one image.</summary>
    public void Draw(long seed, DigitSplit split, int index)
    {
        var row = Row(index);
        Digits.Sample(seed, split, index, row);
        Digits.Draw(new(row), Images.AsSpan(index * Digits.Pixels, Digits.Pixels));
    }

    /// <summary>The data set of all images.</summary>
    public Dataset ToDataset()
    {
        var labels = new int[Count];                                      // [N]
        for (var i = 0; i < Count; i++)
            labels[i] = new DigitFactors(Row(i)).Digit;
        return Dataset.From(Images, [1, Digits.Side, Digits.Side], labels, name: "digits", factors: new(DigitFactors.Names, Factors));
    }

    private Span<float> Row(int index) => Factors.AsSpan(index * DigitFactors.Count, DigitFactors.Count);
}
