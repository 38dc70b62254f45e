namespace VaeSharp.Likelihoods;

/// <summary>Numbers that are softly held above a floor: floor + softplus(x − floor), which is x far above it.</summary>
internal static class SoftFloor
{
    /// <summary>The numbers, each plus an offset, held above the floor.</summary>
    public static Tensor Above(double floor, Tensor x, double offset = 0) => nn.functional.softplus(x + (offset - floor)) + floor;

    /// <summary>The number that <see cref="Above"/> makes into one above the floor.</summary>
    public static double Inverse(double floor, double value) => value + Math.Log(1 - Math.Exp(floor - value));
}
