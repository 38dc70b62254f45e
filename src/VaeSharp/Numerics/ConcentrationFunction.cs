namespace VaeSharp.Numerics;

/// <summary>
/// <see cref="BesselRatio"/> as functions of tensors in double precision that can be differentiated any number of times: each order's
/// gradient is made of the next.
/// </summary>
internal sealed class ConcentrationFunction : GuardedFunction<ConcentrationFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(ConcentrationFunction);

    /// <summary>G(κ) = κ − log E exp(κt), with t a coordinate of a uniform point of the sphere in m dimensions.</summary>
    public static Tensor LogNormaliser(Tensor kappa, long dimension) => apply(kappa, new Order(0, dimension));

    /// <summary>1 − A(κ) = G′(κ).</summary>
    public static Tensor Complement(Tensor kappa, long dimension) => apply(kappa, new Order(1, dimension));

    /// <inheritdoc/>
    protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
    {
        var (kappa, order) = ((Tensor)vars[0], (Order)vars[1]);
        ctx.save_for_backward([kappa]);
        ctx.save_data(nameof(Order), order);
        using var given = kappa.detach().cpu().contiguous();
        var values = Array.ConvertAll(given.data<double>().ToArray(), value =>
        {
            var at = BesselRatio.At(value, order.Dimension);
            return order.Of switch { 0 => at.LogNormaliser, 1 => at.Complement, _ => at.Slope };
        });
        return tensor(values, kappa.shape, device: kappa.device);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var kappa = ctx.get_saved_variables()[0];
        var order = (Order)ctx.get_data(nameof(Order));
        var derivative = order.Of switch
        {
            0 => Complement(kappa, order.Dimension),
            1 => -Slope(),
            _ => Curvature(),
        };
        return [gradient * derivative, null!];

        Tensor Slope() => apply(kappa, new Order(2, order.Dimension));

        // A″ = −2AA′ − (m − 1)(A′/κ − A/κ²).
        Tensor Curvature()
        {
            var (ratio, slope) = (1 - Complement(kappa, order.Dimension), Slope());
            return -2 * ratio * slope - (order.Dimension - 1) * (slope - ratio / kappa) / kappa;
        }
    }

    // Which of G, 1 − A, A′; and in how many dimensions.
    private sealed record Order(int Of, long Dimension);
}
