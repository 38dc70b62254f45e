namespace VaeSharp;

/// <summary>The unit sphere of R^m.</summary>
internal static class Sphere
{
    /// <summary>The point 1 of the first axis: [m].</summary>
    public static Tensor Axis(long m, Device device, ScalarType type = ScalarType.Float32) =>
        eye(1, m, device: device, dtype: type).squeeze(0);

    /// <summary>Uniform points: normal numbers, taken to length 1.</summary>
    public static Tensor Directions(long[] shape, Device device, Noise noise)
    {
        var (z, axis) = (noise.Normal(shape, device), Axis(shape[^1], device));
        var length = z.norm(-1, keepdim: true);
        return where(length > 0, z / length, axis.to_type(z.dtype));                             // a single number is 0 now and then
    }

    /// <summary>Points about the first axis, as they lie about another: a rotation that takes the axis to μ.</summary>
    /// <remarks>
    /// The reflection of the axis to −μ, and then of everything at 0; or of the axis to μ, where this is on the other side. The vector
    /// along which is reflected is then never shorter than √2, and the gradient nowhere large.
    /// </remarks>
    /// <param name="z">Points: [.., m].</param>
    /// <param name="mean">μ, of length 1: [.., m].</param>
    public static Tensor Turn(Tensor z, Tensor mean)
    {
        var axis = Axis(mean.size(-1), mean.device, mean.dtype);
        var sign = 2 * (mean.detach().narrow(-1, 0, 1) >= 0).to_type(mean.dtype) - 1;
        var u = mean + sign * axis;
        return -sign * (z - 2 * u * ((z * u).sum(-1, keepdim: true) / u.square().sum(-1, keepdim: true)));
    }

    /// <summary>The direction of each vector: [.., m]. That of one without length, which has no gradient, is the first axis.</summary>
    public static Tensor Direction(Tensor x)
    {
        var axis = Axis(x.size(-1), x.device, x.dtype);
        var known = where(x.detach().norm(-1, keepdim: true) > 1e-4, x, axis);                   // the gradient has the factor 1/length
        return known / known.norm(-1, keepdim: true);
    }

    /// <summary>The point at a fraction f of the arc from one to another: [.., m].</summary>
    /// <remarks>sin((1 − f)ω)/sin ω a + sin(fω)/sin ω b, with ω the angle between them.</remarks>
    public static Tensor Between(Tensor from, Tensor to, double fraction)
    {
        // ω = 2 atan2(‖a − b‖, ‖a + b‖) is exact for all angles. Between points that are opposite any arc is right, and none is taken.
        var angle = 2 * atan2((from - to).norm(-1, keepdim: true), (from + to).norm(-1, keepdim: true));
        var sine = angle.sin();
        var near = sine.abs() < 1e-6;
        var divisor = sine.masked_fill(near, 1);
        var start = where(near, full_like(sine, 1 - fraction), ((1 - fraction) * angle).sin() / divisor);
        var end = where(near, full_like(sine, fraction), (fraction * angle).sin() / divisor);
        return Direction(start * from + end * to);
    }
}
