namespace VaeSharp.Data;

/// <summary>Draws the factors of one digit.</summary>
internal static class DigitSampler
{
    /// <summary>Mean and standard deviation of each factor after digit and variant, in the order of <see cref="DigitFactors.Names"/>.</summary>
    private static readonly (double Mean, double Deviation)[] distributions =
    [
        (19.8, 0.5),      // size
        (1.0, 0.11),      // aspect
        (0.14, 0.17),     // slant
        (0, 0.07),        // rotation
        (0, 0.4),         // x
        (0, 0.4),         // y
        (2.9, 0.5),       // thickness
        (0.94, 0.02),     // ink
        (0, 0.08),        // pressure
        (0, 0.05),        // bow
        (0, 0.09),        // taper
        (0, 0.05),        // arch
        (0, 0.06),        // balance
        (0, 0.06), (0, 0.07), (0, 0.06), (0, 0.045), (0, 0.03),    // wobble in x
        (0, 0.06), (0, 0.07), (0, 0.06), (0, 0.045), (0, 0.03),    // wobble in y
    ];

    public static void Sample(long seed, DigitStream stream, int index, Span<float> factors)
    {
        var digit = DigitAt(seed, stream, index);
        var random = new DigitRandom(seed, (long)stream, 0, index);
        factors[0] = digit;
        factors[1] = random.Below(DigitAlphabet.Variants(digit));
        for (var i = 0; i < distributions.Length; i++)
            factors[2 + i] = (float)(distributions[i].Mean + distributions[i].Deviation * random.Normal());
    }

    /// <summary>The digit at an index: a place in the random order of the ten digits that the index's block of ten has.</summary>
    private static int DigitAt(long seed, DigitStream stream, int index)
    {
        var random = new DigitRandom(seed, (long)stream, 1, index / 10);
        Span<int> order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order[index % 10];
    }
}
