namespace VaeSharp.Likelihoods;

/// <summary>Where the size of a likelihood's noise comes from.</summary>
public enum NoiseSource
{
    /// <summary>The decoder, for each element of each example.</summary>
    Decoded,

    /// <summary>It is learned with the weights, the same for all examples.</summary>
    Learned,

    /// <summary>It is the number given.</summary>
    Fixed,
}
