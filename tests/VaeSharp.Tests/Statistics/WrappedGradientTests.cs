using VaeSharp.Distributions;
using VaeSharp.Tests.Core;

namespace VaeSharp.Tests.Sampling;

/// <summary>
/// Gradients through draws of a wrapped normal distribution where they are hardest: of small and large σ, about means as far out as they
/// may be, in few and many dimensions.
/// </summary>
public sealed class WrappedGradientTests
{
    private const double Curvature = 0.7;
    private const int Count = 12;

    public static MatrixTheoryData<long, double, double> Cases => new([2L, 4, 512], [1e-3, 1, 10], [0.5, 6, 8, 10]);

    private static (Tensor Mean, Tensor Scale, Tensor Epsilon, Tensor Weights) Example(
        long dimension, double sigma, double far, Noise noise)
    {
        var mean = HyperbolicTests.At(dimension, Curvature, far, seed: 71, Count);
        var scale = sigma * (0.5 + noise.Uniform([Count, dimension], CPU).to_type(float64));
        return (mean, scale, noise.Normal([1, Count, dimension], CPU), noise.Normal([Count, dimension], CPU).to_type(float64));
    }

    /// <summary>
    /// exp_μ v on the hyperboloid, by the textbook: the points' space coordinates are sinh ρ times the direction, and a boost leads from
    /// the origin to μ. In double precision it has numbers up to a distance of 350. [N, Z].
    /// </summary>
    private static Tensor OnHyperboloid(Tensor mean, Tensor step)
    {
        var root = Math.Sqrt(Curvature);
        var (m, l) = (root * mean.norm(1, keepdim: true), root * step.norm(1, keepdim: true));
        var (outward, direction) = (root * mean / m, root * step / l);
        var along = (outward * direction).sum(1, keepdim: true);
        var x = l.sinh() * direction + ((m.cosh() - 1) * along * l.sinh() + m.sinh() * l.cosh()) * outward;
        var length = x.norm(1, keepdim: true);
        return x * (length.asinh() / (root * length));
    }

    /// <summary>
    /// Of each draw by its own mean and σ, unit by unit, against differences of the other formula (of five points, whose error is the
    /// fourth power of the step); in single precision with its rounding. How fast a code turns as its mean or its step moves is at most
    /// exp(ρ) of the shorter of the two, which the steps of the differences allow for.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void Draws_move_with_mean_and_scale_as_on_the_hyperboloid(long dimension, double sigma, double far)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(72);
        var (mean, scale, epsilon, weights) = Example(dimension, sigma, far, noise);
        var steep = 1e-2 * Math.Exp(-Math.Min(far, sigma * Math.Sqrt(dimension)));
        var (units, unit) = ((int)Math.Min(dimension, 16), eye(dimension, dtype: float64));
        foreach (var (dtype, bound) in new[] { (float64, 1e-5), (float32, 1e-4) })
        {
            var (mu, s) = (mean.to_type(dtype).clone().requires_grad_(), scale.to_type(dtype).clone().requires_grad_());
            var z = new WrappedNormal(mu, s, Curvature).Rsample(1, new ReplayedNoise(epsilon)).Z.squeeze(0);
            (z * weights).sum().backward();
            var (at, of) = (mu.detach().to_type(float64), s.detach().to_type(float64));
            Check.Close(OnHyperboloid(at, of * epsilon[0]), z, bound, bound);
            Near(units, i => h => Value(at + h * unit[i], of), steep, mu.grad!, bound);
            Near(units, i => h => Value(at, of + h * unit[i]), sigma * steep, s.grad!, bound);
        }

        Tensor Value(Tensor at, Tensor of) => (OnHyperboloid(at, of * epsilon[0]) * weights).sum(dim: 1L);         // [N]
    }

    // Gradients of each draw to a share of its largest one.
    private static void Near(int units, Func<int, Func<double, Tensor>> function, double h, Tensor gradient, double bound)
    {
        var expected = stack([.. Enumerable.Range(0, units).Select(i =>
        {
            var f = function(i);
            return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
        })], dim: 1);                                                                            // [N, units]
        var largest = expected.abs().amax([1L], keepdim: true);
        Check.Close(expected / largest, gradient.to_type(float64).narrow(1, 0, units) / largest, 0, bound);
    }

    /// <summary>
    /// log q of a draw knows σ and the length of the step alone: ∂ log q/∂σᵢ = −1/σᵢ − (Z − 1) (ρ coth ρ − 1) vᵢεᵢ/‖v‖² with v = σε and
    /// ρ = √c ‖v‖, and the mean has no gradient of it. About the origin ∂ log p/∂z = −z/s² − (Z − 1) (ρ coth ρ − 1) z/‖z‖².
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void Log_densities_have_their_analytic_gradients(long dimension, double sigma, double far)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(73);
        var (mean, scale, epsilon, _) = Example(dimension, sigma, far, noise);
        mean.requires_grad_();
        scale.requires_grad_();
        var draw = new WrappedNormal(mean, scale, Curvature).Rsample(1, new ReplayedNoise(epsilon));
        draw.LogQ!.sum().backward();
        Assert.True(mean.grad is null || mean.grad.abs().max().item<double>() == 0);
        var v = scale.detach() * epsilon[0];
        Check.Close(-1 / scale.detach() - (dimension - 1) * Bend(v) * v * epsilon[0], scale.grad!, 1e-8, 1e-8 * dimension);

        var z = draw.Z.squeeze(0).detach().requires_grad_();
        var p = new WrappedNormal(zeros(dimension, dtype: float64), tensor(new[] { sigma }), Curvature) { AtOrigin = true };
        p.LogProb(z).sum().backward();
        Check.Close(-z.detach() / (sigma * sigma) - (dimension - 1) * Bend(z.detach()) * z.detach(), z.grad!, 1e-8, 1e-8 * dimension);

        static Tensor Bend(Tensor x)
        {
            var length = x.norm(1, keepdim: true);
            var rho = Math.Sqrt(Curvature) * length;
            return (rho / rho.tanh() - 1) / length.square();
        }
    }
}
