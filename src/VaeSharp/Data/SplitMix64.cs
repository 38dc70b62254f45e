namespace VaeSharp.Data;

/// <summary>A generator of integer arithmetic only: the same numbers on every platform. Source: Steele et al. 2014, SplitMix.</summary>
internal struct SplitMix64
{
    private ulong state;

    /// <summary>Starts a stream that belongs to some keys, such as (seed, epoch): streams of other keys are unrelated.</summary>
    public SplitMix64(params ReadOnlySpan<long> keys)
    {
        foreach (var key in keys)
            state = Mix(state + (ulong)key + 0x9E3779B97F4A7C15);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>A whole number, uniform on 0 … bound − 1. Source: Lemire 2019, Fast random integer generation in an interval.</summary>
    public int Below(int bound)
    {
        while (true)
        {
            var product = (Next() >> 32) * (ulong)bound;
            if ((uint)product >= (0x1_0000_0000 - (ulong)bound) % (ulong)bound)
                return (int)(product >> 32);
        }
    }

    /// <summary>A nearly normal number of mean 0 and variance 1, never beyond ±3: the sum of three uniform ones in (−1, 1).</summary>
    public double Normal()
    {
        const ulong Mask = (1 << 21) - 1;
        var bits = Next();
        var sum = (bits & Mask) + (bits >> 21 & Mask) + (bits >> 42 & Mask);
        return (sum + 1.5) / (1 << 20) - 3;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
