namespace VaeSharp.Models;

/// <summary>The two halves of an autoencoder.</summary>
public enum Side
{
    /// <summary>x → z: encoder, posterior, and what a condition tells them.</summary>
    Inference,

    /// <summary>z → x: decoder, likelihood and prior.</summary>
    Generation,
}
