namespace VaeSharp;

/// <summary>
/// Hyperbolic space of curvature −c, a point of which is written as its direction from the origin times its distance: the normal
/// coordinates, in which every vector is a point.
/// </summary>
/// <remarks>
/// The Poincaré ball (<see cref="PoincareBall"/>) holds the same points at tanh(√c ‖a‖/2)/√c from its centre. There, points far out differ
/// from the edge, and from each other, by less than numbers can tell: in single precision from √c ‖a‖ = 17 on. Here none is near an edge.
/// </remarks>
internal static class Hyperbolic
{
    // √c times the distance of means from the origin. Further out, the rounding of a code's direction to single precision moves it by more
    // than e¹⁰ · 6 · 10⁻⁸ = 0.001 across.
    private const double MostMean = 10;
    private const double Tiny = 1e-60;

    /// <summary>
    /// The point that one comes to from a by a step b, whose direction is carried along the geodesic from the origin to a: [.., Z], in
    /// double precision. It is Möbius addition, a ⊕ b, and (−a) ⊕ x is the step that leads from a to x.
    /// </summary>
    /// <remarks>
    /// A boost of the hyperboloid, whose space coordinates are (sinh ρ/ρ) a: smooth at the origin too. What grows is divided by
    /// exp(ρ_a + ρ_b), so that nothing overflows. Ungar 2008, A Gyrovector Space Approach to Hyperbolic Geometry, in other coordinates.
    /// </remarks>
    public static Tensor Add(Tensor a, Tensor b, double curvature)
    {
        var root = Math.Sqrt(curvature);
        var (u, v) = (root * a.to_type(float64), root * b.to_type(float64));
        var (m, l) = (Length(u), Length(v));                                                     // [.., 1]
        var (step, half) = (SinhOver(l), SinhOver(0.5 * m));
        var along = SinhOver(m) * (0.5 + 0.5 * (-2 * l).exp()) + 0.5 * half.square() * step * (u * v).sum(-1, keepdim: true);
        var x = step * (-m).exp() * v + along * u;
        var length = Length(x);                                                                  // sinh ρ e^(−m − l)
        var rho = m + l + (length + (length.square() + (-2 * (m + l)).exp()).sqrt()).log();      // arsinh
        return x * (rho / (root * length));
    }

    /// <summary>The point at a fraction of the geodesic from one to another: [.., Z].</summary>
    public static Tensor Between(Tensor from, Tensor to, double fraction, double curvature) =>
        Add(from, fraction * Add(-from, to, curvature), curvature).to_type(from.dtype);

    /// <summary>Points no further out than codes in single precision can tell their neighbours apart: [.., Z].</summary>
    public static Tensor Held(Tensor a, double curvature)
    {
        var most = MostMean / Math.Sqrt(curvature);
        return a * (most / a.norm(-1, keepdim: true).clamp_min(most));
    }

    /// <summary>‖a‖ in double precision, smooth at 0: [.., 1].</summary>
    public static Tensor Length(Tensor a) => (a.to_type(float64).square().sum(-1, keepdim: true) + Tiny).sqrt();

    /// <summary>log(sinh ρ/ρ) for ρ of at least 0, in double precision.</summary>
    public static Tensor LogSinhOver(Tensor rho) => rho + SinhOver(rho).log();

    // e^−ρ sinh ρ/ρ. Its derivative is off by 10⁻¹⁶/ρ near 0, where it stands beside a vector that is as short as ρ.
    private static Tensor SinhOver(Tensor rho)
    {
        var twice = -2 * rho;
        return twice.expm1() / twice;
    }
}
