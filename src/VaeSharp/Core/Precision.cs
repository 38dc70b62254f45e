namespace VaeSharp;

/// <summary>
/// The number format of the products in training steps. Validation, encoding and decoding are always in single precision.
/// </summary>
public enum Precision
{
    /// <summary>bfloat16 where the processor multiplies it faster, else single precision.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>
    /// bfloat16 products with single-precision weights: of fully connected layers, and of convolutions where the library's own, in single
    /// precision, are not faster.
    /// </summary>
    Bf16,
}
