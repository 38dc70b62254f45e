namespace VaeSharp.Likelihoods;

/// <summary>Numbers that are softly held above a floor: floor + softplus(x − floor), which is x far above it.</summary>
internal static class SoftFloor
{
    /// <summary>The numbers, held above the floor.</summary>
    public static Tensor Above(double floor, Tensor x) => nn.functional.softplus(x - floor) + floor;

    /// <summary>The number that <see cref="Above"/> makes into one above the floor.</summary>
    public static double Inverse(double floor, double value) => value + Math.Log(1 - Math.Exp(floor - value));
}
