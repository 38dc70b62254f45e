namespace VaeSharp.Data;

/// <summary>Random numbers that are the same on every platform: a stream for each tuple of keys.</summary>
/// <remarks>Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).</remarks>
internal struct DigitRandom
{
    private ulong state;

    public DigitRandom(params ReadOnlySpan<long> keys)
    {
        foreach (var key in keys)
            state = Mix(state + Golden + (ulong)key);
    }

    /// <summary>A whole number from 0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)((Next() >> 32) * (ulong)count >> 32);

    /// <summary>A nearly normal number of mean 0 and variance 1, never beyond ±3: the sum of three uniform ones in (−1, 1).</summary>
    public double Normal()
    {
        var bits = Next();
        var sum = (bits & Mask) + (bits >> 21 & Mask) + (bits >> 42 & Mask);
        return (sum + 1.5) / (1 << 20) - 3;
    }

    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong Mask = (1 << 21) - 1;

    private ulong Next() => Mix(state += Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
