namespace VaeSharp.Data;

/// <summary>Draws the factors of one digit.</summary>
internal static class DigitSampler
{
    /// <summary>Mean and deviation of each factor after digit and variant, in the order of <see cref="DigitFactors.Names"/>.</summary>
    private static readonly (double Mean, double Deviation)[] distributions =
    [
        (19.3, 0.4),      // size
        (1.1, 0.15),      // aspect
        (0.16, 0.2),      // slant
        (0, 0.1),         // rotation
        (0, 0.4),         // x
        (0, 0.4),         // y
        (2.4, 0.45),      // thickness
        (1.15, 0.09),     // ink
        (0, 0.08),        // pressure
        (0, 0.06),        // bow
        (0, 0.1),         // taper
        (0, 0.06),        // arch
        (0, 0.08),        // balance
        (0, 0.016), (0, 0.02), (0, 0.017), (0, 0.012), (0, 0.007),     // wobble in x
        (0, 0.016), (0, 0.02), (0, 0.017), (0, 0.012), (0, 0.007),     // wobble in y
    ];

    public static void Sample(long seed, DigitSplit split, int index, Span<float> factors)
    {
        var digit = DigitAt(seed, split, index);
        var random = new SplitMix64(seed, (long)split, 0, index);
        factors[0] = digit;
        factors[1] = random.Below(DigitAlphabet.Variants(digit));
        for (var i = 0; i < distributions.Length; i++)
            factors[2 + i] = (float)(distributions[i].Mean + distributions[i].Deviation * random.Normal());
    }

    /// <summary>The digit at an index: a place in the random order of the ten digits that the index's block of ten has.</summary>
    private static int DigitAt(long seed, DigitSplit split, int index)
    {
        var random = new SplitMix64(seed, (long)split, 1, index / 10);
        Span<int> order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order[index % 10];
    }
}
