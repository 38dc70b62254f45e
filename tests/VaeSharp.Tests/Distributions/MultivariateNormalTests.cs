using VaeSharp.Distributions;

namespace VaeSharp.Tests.Distributions;

/// <summary>The normal distribution with a covariance: against formulas by hand, integrals, draws, and independent units.</summary>
public sealed class MultivariateNormalTests
{
    /// <summary>Random means and lower triangles whose diagonals are between 0.3 and 1.3.</summary>
    private static (Tensor Mean, Tensor Scale) Random(long seed, params long[] shape)
    {
        using var noise = new SeededNoise(seed);
        var (mean, size) = (noise.Normal(shape, CPU), shape[^1]);
        var below = noise.Normal([.. shape, size], CPU).tril(-1);
        return (mean.to_type(float64), (below + (0.3 + noise.Uniform([.. shape], CPU)).unsqueeze(-1) * eye(size)).to_type(float64));
    }

    // log N(x; μ, Σ) of two units, from the inverse and the determinant of a 2 × 2 matrix written out.
    private static double ByHand(double[] x, double[] mean, double[] scale)
    {
        var (a, b, c) = (scale[0] * scale[0], scale[0] * scale[2], scale[2] * scale[2] + scale[3] * scale[3]);   // Σ = [a b; b c]
        var (d, e, determinant) = (x[0] - mean[0], x[1] - mean[1], a * c - b * b);
        return -0.5 * ((c * d * d - 2 * b * d * e + a * e * e) / determinant + Math.Log(determinant) + 2 * Math.Log(2 * Math.PI));
    }

    [Fact]
    public void The_log_density_is_the_formula_with_the_inverse_covariance()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (mean, scale) = Random(2, 5, 2);
        var x = (3 * noise.Normal([7, 5, 2], CPU)).to_type(float64);
        var found = new MultivariateNormal(mean, scale).LogProb(x);                              // [7, 5]
        Assert.Equal([7, 5], found.shape);
        for (var s = 0; s < 7; s++)
        {
            for (var b = 0; b < 5; b++)
                Check.Close(ByHand(Numbers(x[s, b]), Numbers(mean[b]), Numbers(scale[b])), found[s, b].item<double>(), 1e-12, 1e-12);
        }

        static double[] Numbers(Tensor values) => values.contiguous().data<double>().ToArray();
    }

    [Fact]
    public void A_density_integrates_to_one_and_its_mean_and_covariance_are_the_integrals()
    {
        using var scope = NewDisposeScope();
        var (mean, scale) = Random(3, 2);
        var (z, cell) = Plane.Grid(12, 0.05);
        var mass = new MultivariateNormal(mean, scale).LogProb(z).exp() * cell;                  // [N]
        Check.Close(1, mass.sum().item<double>(), 1e-9);
        Check.Close(mean, (mass.unsqueeze(-1) * z).sum(dim: 0L), 1e-9, 1e-9);
        var centred = z - mean;
        Check.Close(scale.mm(scale.t()), (mass.unsqueeze(-1) * centred).t().mm(centred), 1e-8, 1e-8);
    }

    /// <summary>One x for all, x for each of the batch, draws before the batch, and a batch of one that is repeated.</summary>
    [Fact]
    public void Log_densities_broadcast()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (mean, scale) = Random(5, 4, 3);
        var p = new MultivariateNormal(mean, scale);
        var x = noise.Normal([6, 2, 3], CPU).to_type(float64);
        var all = stack([.. Enumerable.Range(0, 4).Select(k => new MultivariateNormal(mean[k], scale[k]).LogProb(x))], dim: -1);
        Check.Close(all, p.LogProb(x.unsqueeze(-2)), 1e-12, 1e-12);
        Check.Close(all[0, 0], p.LogProb(x[0, 0]), 1e-12, 1e-12);
        var alone = new MultivariateNormal(mean.narrow(0, 0, 1), scale.narrow(0, 0, 1));         // batch [1]
        Check.Close(all.select(-1, 0), alone.LogProb(x), 1e-12, 1e-12);
    }

    [Fact]
    public void The_log_density_that_comes_with_a_draw_is_the_density_at_the_draw()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var (mean, scale) = Random(7, 3, 5);
        var q = new MultivariateNormal(mean, scale);
        var draw = q.Rsample(50, noise);
        Check.Close(q.LogProb(draw.Z), draw.LogQ!, 1e-9, 1e-9);
    }

    [Fact]
    public void Draws_have_the_covariance_and_are_normal_along_any_direction()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var (mean, scale) = Random(9, 2, 3);
        var z = new MultivariateNormal(mean, scale).Rsample(40_000, noise).Z - mean;             // [S, 2, 3]
        for (var b = 0; b < 2; b++)
        {
            var sigma = scale[b].mm(scale[b].t());
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j <= i; j++)
                    Statistics.AssertMean(sigma[i, j].item<double>(), z.select(1, b).select(1, i) * z.select(1, b).select(1, j));
            }
            var direction = tensor(new[] { 0.6, -1.1, 0.4 });
            var deviation = direction.unsqueeze(0).mm(sigma).mm(direction.unsqueeze(1)).sqrt().item<double>();
            Statistics.AssertFits(z.select(1, b).mv(direction), x => 0.5 * (1 + (x / (deviation * Math.Sqrt(2))).erf()));
        }
    }

    /// <summary>With nothing below the diagonal, units are independent: the same draws, densities and divergences.</summary>
    [Fact]
    public void A_diagonal_covariance_is_the_normal_distribution_with_independent_units()
    {
        using var scope = NewDisposeScope();
        using var source = new SeededNoise(10);
        var (mean, logVar) = (source.Normal([4, 3], CPU).to_type(float64), source.Normal([4, 3], CPU).to_type(float64));
        var one = new MultivariateNormal(mean, (0.5 * logVar).exp().unsqueeze(-1) * eye(3));
        var other = new Normal(mean, logVar);
        using var noise = new SeededNoise(11);
        using var same = new SeededNoise(11);
        var draw = one.Rsample(6, noise);
        Check.Close(other.Rsample(6, same).Z, draw.Z, 1e-12, 1e-12);
        Check.Close(other.LogProb(draw.Z), one.LogProb(draw.Z), 1e-12, 1e-12);
        var p = new Normal(source.Normal([3], CPU).to_type(float64), source.Normal([3], CPU).to_type(float64));
        Check.Close(Kl.Total(other, new StandardNormal([3], CPU))!, Kl.Total(one, new StandardNormal([3], CPU))!, 1e-12, 1e-12);
        Check.Close(Kl.Total(other, p)!, Kl.Total(one, p)!, 1e-12, 1e-12);
        Check.Close(Kl.ByUnit(other, p)!.sum(dim: -1L), Kl.Total(other, p)!, 1e-12, 1e-12);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_divergence_is_the_mean_log_ratio_of_draws(bool standard)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(12);
        var (mean, scale) = Random(13, 3);
        var q = new MultivariateNormal(mean, scale);
        Distribution p = standard
            ? new StandardNormal([3], CPU)
            : new Normal(tensor(new[] { 0.5, -0.2, 1.0 }), tensor(new[] { 0.3, -0.4, 0.8 }));
        var draw = q.Rsample(200_000, noise);
        Statistics.AssertMean(Kl.Total(q, p)!.item<double>(), draw.LogQ! - p.LogProb(draw.Z));
    }

    /// <summary>½ Σ log vⱼ − log det L, where q has p's mean and variances: the mutual information of the units.</summary>
    [Fact]
    public void Against_its_own_marginals_the_divergence_is_the_mutual_information_of_the_units()
    {
        using var scope = NewDisposeScope();
        const double correlation = 0.8;
        var scale = tensor(new[] { 1.0, 0, correlation, Math.Sqrt(1 - correlation * correlation) }).view(2, 2);
        var q = new MultivariateNormal(zeros(2, dtype: float64), scale);
        var independent = new MultivariateNormal(q.Mean, eye(2, dtype: float64));
        Check.Close(-0.5 * Math.Log(1 - correlation * correlation), Kl.Total(q, new StandardNormal([2], CPU))!.item<double>(), 1e-12);
        Check.Close(0, Kl.Total(independent, new StandardNormal([2], CPU))!.item<double>(), absolute: 1e-12);
    }

    /// <summary>There is a total where units have no shares of their own, and none at all against what has no closed form.</summary>
    [Fact]
    public void Dependent_units_have_no_shares_of_the_divergence()
    {
        using var scope = NewDisposeScope();
        var (mean, scale) = Random(14, 3);
        var q = new MultivariateNormal(mean, scale);
        Assert.Null(Kl.ByUnit(q, new StandardNormal([3], CPU)));
        Assert.Null(Kl.Total(q, new Laplace(mean, mean)));
        Assert.Null(Kl.Total(q, new Mixture(new Normal(zeros(2, 3), zeros(2, 3)), full(2, -Math.Log(2)))));
    }

    /// <summary>Gradients of draws, densities and divergences, by central differences in double precision.</summary>
    [Fact]
    public void Gradients_are_the_limits_of_differences()
    {
        using var scope = NewDisposeScope();
        using var source = new SeededNoise(15);
        var (mean, scale) = Random(16, 2, 3);
        var x = source.Normal([4, 2, 3], CPU).to_type(float64);
        var (a, b) = (mean.clone().requires_grad_(), scale.clone().requires_grad_());
        Value(a, b).backward();
        const double h = 1e-5;
        for (var i = 0; i < scale.numel(); i++)
        {
            if (i % 9 is 1 or 2 or 5)
                continue;                                                                        // above the diagonal there is nothing
            var step = Unit(scale.numel(), i).view(scale.shape) * h;
            var slope = (Value(mean, scale + step) - Value(mean, scale - step)) / (2 * h);
            Check.Close(slope.item<double>(), b.grad!.flatten()[i].item<double>(), 1e-6, 1e-6);
        }
        for (var i = 0; i < mean.numel(); i++)
        {
            var step = Unit(mean.numel(), i).view(mean.shape) * h;
            var slope = (Value(mean + step, scale) - Value(mean - step, scale)) / (2 * h);
            Check.Close(slope.item<double>(), a.grad!.flatten()[i].item<double>(), 1e-6, 1e-6);
        }

        Tensor Value(Tensor m, Tensor l)
        {
            using var noise = new SeededNoise(17);
            var q = new MultivariateNormal(m, l);
            var draw = q.Rsample(3, noise);
            return draw.Z.sin().sum() + draw.LogQ!.sum() + 0.1 * q.LogProb(x).sum() + Kl.Total(q, new StandardNormal([3], CPU))!.sum();
        }

        static Tensor Unit(long count, int i)
        {
            var unit = zeros(count, dtype: float64);
            unit[i] = 1;
            return unit;
        }
    }

    [Fact]
    public void Detached_distributions_and_plain_draws_pass_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(18);
        var (mean, scale) = Random(19, 2, 3);
        var q = new MultivariateNormal(mean.requires_grad_(), scale.requires_grad_());
        Assert.False(q.Sample(2, noise).requires_grad);
        Assert.False(q.Detached().Mean.requires_grad);
        Assert.False(q.Detached().LogProb(zeros(2, 3, dtype: float64)).requires_grad);
        Assert.True(q.Detached().LogProb(q.Rsample(2, noise).Z).requires_grad);
    }
}
