namespace VaeSharp.Posteriors;

/// <summary>How a gradient passes from a code to the vector that it stands for.</summary>
public enum CodeGradient
{
    /// <summary>As if the code were the vector. van den Oord et al. 2017, arXiv:1711.00937, section 3.2.</summary>
    StraightThrough,

    /// <summary>
    /// As if the code were the vector turned to where the code is and stretched to its length, by a rotation and a factor that are
    /// constants. Fifty et al. 2024, arXiv:2410.06424, section 4.
    /// </summary>
    Rotation,
}

internal static class CodeGradients
{
    // Shorter vectors have no direction to turn from.
    private const double Least = 1e-6;

    /// <summary>The codes themselves, to the last bit, with the gradient by the vectors that is asked for: [N, D].</summary>
    /// <param name="kind">The gradient.</param>
    /// <param name="x">Vectors: [N, D].</param>
    /// <param name="code">Their codes: [N, D].</param>
    public static Tensor Pass(this CodeGradient kind, Tensor x, Tensor code)
    {
        code = code.detach();
        var y = kind == CodeGradient.Rotation ? Rotated(x, code) : x;
        return code + (y - y.detach());                                                          // y − y is 0; x + (e − x) would round
    }

    // λ (x − 2 r rᵀx + 2 q̂ x̂ᵀx) with r along x̂ + q̂ and λ = ‖e‖/‖x‖. Fifty et al. 2024, eq. 4 and appendix on Householder reflections.
    private static Tensor Rotated(Tensor x, Tensor code)
    {
        var from = x.detach();
        var (length, target) = (from.norm(1, keepdim: true), code.norm(1, keepdim: true));
        var stretch = where(length > Least, target / length.clamp_min(Least), ones_like(length));
        var (a, b) = (from / length.clamp_min(Least), code / target.clamp_min(Least));
        var sum = a + b;
        var r = sum / sum.norm(1, keepdim: true).clamp_min(Least);
        return stretch * (x - 2 * Dot(x, r) * r + 2 * Dot(x, a) * b);

        static Tensor Dot(Tensor one, Tensor other) => (one * other).sum(1, keepdim: true);
    }
}
