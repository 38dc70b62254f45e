namespace VaeSharp;

/// <summary>
/// The number format of the products in training steps. Validation, encoding and decoding are always in single precision.
/// </summary>
public enum Precision
{
    /// <summary>bfloat16 where the processor multiplies it in hardware, else single precision.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16 products with single-precision weights.</summary>
    Bf16,
}
