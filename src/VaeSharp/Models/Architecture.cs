using VaeSharp.Networks;

namespace VaeSharp.Models;

/// <summary>The layers of a model: its two halves.</summary>
/// <param name="Encoder">x → z.</param>
/// <param name="Decoder">z → x.</param>
public sealed record Architecture(LayerGraph Encoder, LayerGraph Decoder)
{
    /// <summary>Number of learned numbers.</summary>
    public long Parameters => Encoder.Parameters + Decoder.Parameters;

    /// <summary>Number of numbers that are kept with the weights but not learned by gradients: running averages, codebooks.</summary>
    public long Buffers { get; init; }
}
