namespace VaeSharp.Distributions;

/// <summary>
/// A distribution on the unit sphere of R^m that is the same all around a mean direction: q(z) = exp(κ h(s) + G(κ)) / |S^{m−1}|, with
/// s = 1 − μᵀz, with respect to the sphere's area.
/// </summary>
/// <param name="mean">μ, of length 1: [.., m].</param>
/// <param name="concentration">κ, at least 0; at 0 the distribution is uniform: [..].</param>
public abstract class Spherical(Tensor mean, Tensor concentration) : Distribution(eventRank: 1)
{
    private readonly Tensor kappa = concentration.to_type(float64);

    /// <summary>
    /// The mean direction μ: [.., m]. It is the point of the sphere that is nearest to all draws; their mean as vectors lies on the same
    /// ray, inside.
    /// </summary>
    public override Tensor Mean => mean;

    /// <summary>κ: [..].</summary>
    public Tensor Concentration { get; } = concentration;

    /// <summary>KL(q ‖ uniform) = κ E h + G(κ), in nats: [..].</summary>
    public Tensor DivergenceFromUniform => (kappa * MeanExponent(kappa) + LogNormaliser(kappa)).to_type(mean.dtype);

    /// <summary>Number m of dimensions.</summary>
    protected long Dimension => mean.size(-1);

    /// <inheritdoc/>
    /// <remarks>A draw about the first axis, and what takes this to μ. Davidson et al. 2018, arXiv:1804.00891, algorithm 1.</remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var s = DrawHeights(samples, noise);                                                     // [S, ..]
        var around = Sphere.Directions([samples, .. mean.shape[..^1], Dimension - 1], mean.device, noise);
        var radius = (s * (2 - s)).sqrt();                                                       // sin θ
        var z = cat([(1 - s).unsqueeze(-1), radius.unsqueeze(-1) * around], dim: -1).to_type(mean.dtype);
        return new Draw(Sphere.Turn(z, mean), () => LogDensity(s));
    }

    /// <inheritdoc/>
    /// <remarks>The angle to μ has the factor: the draws stay on the sphere.</remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature)
    {
        var z = Sample(samples, noise);
        return temperature == 1 ? z : Sphere.Between(mean.detach().expand_as(z), z, temperature);
    }

    /// <inheritdoc/>
    /// <remarks>At points of the sphere. 1 − μᵀz = ½ ‖z − μ‖² there, which loses nothing where z is near μ.</remarks>
    public override Tensor LogProb(Tensor x) => LogDensity(0.5 * (x - mean).square().sum(dim: -1L).to_type(float64));

    /// <summary>h at s = 1 − μᵀz, in double precision.</summary>
    protected abstract Tensor Exponent(Tensor s);

    /// <summary>E h for κ in double precision.</summary>
    protected abstract Tensor MeanExponent(Tensor kappa);

    /// <summary>G(κ) for κ in double precision: 0 at 0.</summary>
    protected abstract Tensor LogNormaliser(Tensor kappa);

    /// <summary>s by the inverse of the distribution function, where it is known; null elsewhere.</summary>
    /// <param name="kappa">κ, in double precision: [..].</param>
    /// <param name="u">Makes uniform numbers, neither 0 nor 1: [S, ..].</param>
    protected virtual Tensor? ByInverse(Tensor kappa, Func<Tensor> u) => null;

    /// <summary>Draws and derivatives where the inverse is not known.</summary>
    internal abstract SphereHeights Heights { get; }

    // s = 1 − μᵀz with its pathwise gradient, in double precision: [S, ..].
    private Tensor DrawHeights(long samples, Noise noise)
    {
        var shape = (long[])[samples, .. mean.shape[..^1]];
        var all = kappa.expand(mean.shape[..^1]);
        if (ByInverse(all, () => noise.Uniform(shape, mean.device).to_type(float64) + Rejection.Half) is { } inverse)
            return inverse;
        var (numbers, heights) = (Numbers(all), Heights);
        var s = heights.Draw(numbers, samples, noise);
        var draws = tensor(s, shape, device: mean.device);
        if (!kappa.requires_grad || !is_grad_enabled())
            return draws;
        var means = Numbers(MeanExponent(all));
        var slopes = s.Select((value, i) => heights.Slope(numbers[i % numbers.Length], means[i % numbers.Length], value)).ToArray();
        return draws + tensor(slopes, shape, device: mean.device) * (all - all.detach());        // nothing is added but the gradient

        static double[] Numbers(Tensor x) => x.detach().cpu().contiguous().data<double>().ToArray();
    }

    private Tensor LogDensity(Tensor s) =>
        (kappa * Exponent(s) + (LogNormaliser(kappa) - UniformSphere.LogArea(Dimension))).to_type(mean.dtype);
}
