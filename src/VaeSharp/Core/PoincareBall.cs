namespace VaeSharp;

/// <summary>
/// The Poincaré ball: hyperbolic space of curvature −c as the points ‖x‖ &lt; 1/√c, for whoever draws codes or compares them with those of
/// other programs. Codes themselves are kept as direction times distance, which <see cref="Code"/> and <see cref="Point"/> lead to and
/// from.
/// </summary>
/// <remarks>
/// Lengths at x are λ(x) times those of the drawing. Ganea, Bécigneul and Hofmann 2018, Hyperbolic Neural Networks, arXiv:1805.09112,
/// section 2; Mathieu et al. 2019, arXiv:1901.06033, section 2.
/// </remarks>
/// <param name="Curvature">c, above 0.</param>
public sealed record PoincareBall(double Curvature)
{
    private double Root => Math.Sqrt(Curvature);

    /// <summary>The point of a code: tanh(√c ‖z‖/2) z/(√c ‖z‖), never on the edge or outside: [.., Z].</summary>
    public Tensor Point(Tensor code)
    {
        var length = Hyperbolic.Length(code.to_type(float64));
        var most = code.dtype == float64 ? 1 - 1e-14 : 1 - 1e-6;                                 // what rounds to 1 would be on the edge
        return (code * ((0.5 * Root * length).tanh().clamp_max(most) / (Root * length))).to_type(code.dtype);
    }

    /// <summary>The code of a point: [.., Z].</summary>
    public Tensor Code(Tensor point)
    {
        var length = Hyperbolic.Length(point.to_type(float64));
        return (point * (2 * (Root * length).atanh() / (Root * length))).to_type(point.dtype);
    }

    /// <summary>λ(x) = 2/(1 − c ‖x‖²): [.., 1].</summary>
    public Tensor ConformalFactor(Tensor x) => 2 / (1 - Curvature * Squared(x));

    /// <summary>x ⊕ y, by Möbius: [.., Z].</summary>
    public Tensor Add(Tensor x, Tensor y)
    {
        var (xx, yy, xy) = (Curvature * Squared(x), Curvature * Squared(y), Curvature * (x * y).sum(-1, keepdim: true));
        return ((1 + 2 * xy + yy) * x + (1 - xx) * y) / (1 + 2 * xy + xx * yy);
    }

    /// <summary>The length of the geodesic between two points, 2/√c artanh(√c ‖(−x) ⊕ y‖): [.., 1].</summary>
    public Tensor Distance(Tensor x, Tensor y) => (2 / Root * (Root * Hyperbolic.Length(Add(-x, y))).atanh()).to_type(x.dtype);

    /// <summary>
    /// The exponential map: where the geodesic from x along u leads, x ⊕ tanh(√c λ(x) ‖u‖/2) u/(√c ‖u‖): [.., Z].
    /// </summary>
    public Tensor Exp(Tensor x, Tensor u)
    {
        var length = Hyperbolic.Length(u);
        return Add(x, (u * ((0.5 * Root * ConformalFactor(x) * length).tanh() / (Root * length))).to_type(x.dtype));
    }

    /// <summary>The logarithmic map: the vector at x along which the geodesic leads to y: [.., Z].</summary>
    public Tensor Log(Tensor x, Tensor y)
    {
        var step = Add(-x, y);
        var length = Hyperbolic.Length(step);
        return (step * (2 * (Root * length).atanh() / (Root * length * ConformalFactor(x)))).to_type(x.dtype);
    }

    private static Tensor Squared(Tensor x) => x.square().sum(-1, keepdim: true);
}
