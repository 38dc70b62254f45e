using VaeSharp.Numerics;

namespace VaeSharp.Optimizers;

/// <summary>Operations on all gradients, or all weights, at once.</summary>
public static class Gradients
{
    /// <summary>The Euclidean norm of all gradients together: finite where they are.</summary>
    public static double Norm(Tensor[] gradients)
    {
        if (gradients.Length == 0)
            return 0;
        if (UpdatePass.SumOfSquares(gradients) is { } sum)
            return Math.Sqrt(sum);
        var norm = ((Tensor)Fused.Invoke("norm", [gradients])!).item<float>();
        return float.IsPositiveInfinity(norm) ? Math.Sqrt(gradients.Sum(SumOfSquaresInDouble)) : norm;
    }

    // Squares of what is above 1.8e19 are infinite in single precision, though the numbers are not.
    private static double SumOfSquaresInDouble(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return gradient.detach().to_type(float64).square().sum().item<double>();
    }

    /// <summary>Multiplies all gradients, in place.</summary>
    public static void Scale(Tensor[] gradients, double factor) => Fused.Invoke("scale", gradients, factor);

    /// <summary>Moves averages towards values, in place: a ← decay · a + (1 − decay) · p.</summary>
    public static void Average(Tensor[] averages, Tensor[] values, double decay) => Fused.Invoke("average", averages, values, decay);
}
