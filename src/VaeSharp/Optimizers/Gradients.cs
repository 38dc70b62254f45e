using VaeSharp.Numerics;

namespace VaeSharp.Optimizers;

/// <summary>Operations on all gradients, or all weights, at once.</summary>
public static class Gradients
{
    /// <summary>The Euclidean norm of all gradients together.</summary>
    public static double Norm(Tensor[] gradients) => gradients.Length == 0 ? 0
        : UpdatePass.SumOfSquares(gradients) is { } sum ? Math.Sqrt(sum)
        : ((Tensor)Fused.Invoke("norm", [gradients])!).item<float>();

    /// <summary>Multiplies all gradients, in place.</summary>
    public static void Scale(Tensor[] gradients, double factor) => Fused.Invoke("scale", gradients, factor);

    /// <summary>Moves averages towards values, in place: a ← decay · a + (1 − decay) · p.</summary>
    public static void Average(Tensor[] averages, Tensor[] values, double decay) => Fused.Invoke("average", averages, values, decay);
}
