namespace VaeSharp.Benchmarks;

/// <summary>What a user of TorchSharp may do beyond its defaults.</summary>
internal sealed record Settings
{
    /// <summary>Whether operands of products are cast to bfloat16.</summary>
    public bool Bf16 { get; private init; }

    /// <summary>Whether images lie with their channels side by side.</summary>
    public bool ChannelsLast { get; private init; }

    /// <summary>Whether the optimiser is one call for all parameters.</summary>
    public bool Fused { get; private init; }

    /// <summary>Whether layers are called as they are.</summary>
    public bool IsPlain => !Bf16 && !ChannelsLast;

    /// <summary>Reads names that are joined by +, or <c>tuned</c> for all of them.</summary>
    public static Settings Parse(string variant)
    {
        var names = variant == "tuned" ? ["bf16", "channels_last", "fused"] : variant.Split('+');
        return new Settings
        {
            Bf16 = names.Contains("bf16"),
            ChannelsLast = names.Contains("channels_last"),
            Fused = names.Contains("fused"),
        };
    }
}
