using VaeSharp.Distributions;

namespace VaeSharp.Tests.Distributions;

/// <summary>Mixtures: against sums of densities written out, integrals, and their components.</summary>
public sealed class MixtureTests
{
    public static TheoryData<string> Families => ["normal", "multivariate-normal"];

    /// <summary>K components of Z units, in double precision, that overlap in part and have different weights.</summary>
    private static Mixture Random(string family, long count = 4, long size = 2, long seed = 1)
    {
        using var noise = new SeededNoise(seed);
        var mean = (2 * noise.Normal([count, size], CPU)).to_type(float64);
        var logVar = (noise.Normal([count, size], CPU) - 0.5).clamp(-2, 1).to_type(float64);
        var logWeights = noise.Normal([count], CPU).to_type(float64).log_softmax(-1);
        var scale = (0.5 * logVar).exp().unsqueeze(-1) * eye(size) + noise.Normal([count, size, size], CPU).tril(-1).to_type(float64);
        return new Mixture(family == "normal" ? new Normal(mean, logVar) : new MultivariateNormal(mean, scale), logWeights);
    }

    private static Distribution Component(Distribution components, int k) => components switch
    {
        Normal normal => new Normal(normal.Mean[k], normal.LogVar[k]),
        MultivariateNormal normal => new MultivariateNormal(normal.Mean[k], normal.ScaleTril[k]),
        _ => throw new ArgumentOutOfRangeException(nameof(components)),
    };

    /// <summary>Σ wₖ pₖ(x), a component after the other: nothing that the mixture does.</summary>
    private static Tensor Plain(Mixture p, Tensor x) =>
        Enumerable.Range(0, (int)p.LogWeights.size(0)).Select(k => (p.LogWeights[k] + Component(p.Components, k).LogProb(x)).exp())
            .Aggregate((sum, term) => sum + term).log();

    [Theory, MemberData(nameof(Families))]
    public void A_density_integrates_to_one_and_its_mean_is_the_integral(string family)
    {
        using var scope = NewDisposeScope();
        var p = Random(family);
        var (z, cell) = Plane.Grid(18, 0.06);
        var mass = p.LogProb(z).exp() * cell;
        Check.Close(1, mass.sum().item<double>(), 1e-9);
        Check.Close(p.Mean, (mass.unsqueeze(-1) * z).sum(dim: 0L), 1e-8, 1e-8);
    }

    [Theory, MemberData(nameof(Families))]
    public void The_density_is_the_sum_of_the_components(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var p = Random(family, count: 6, size: 5);
        var x = (2 * noise.Normal([3, 7, 5], CPU)).to_type(float64);
        Assert.Equal([3, 7], p.LogProb(x).shape);
        Check.Close(Plain(p, x), p.LogProb(x), 1e-10, 1e-10);
        Check.Close(Plain(p, x[0, 0]), p.LogProb(x[0, 0]), 1e-10, 1e-10);
    }

    /// <summary>
    /// The product of matrices that stands for squared differences keeps its digits where means are up to 10⁵ standard deviations: against
    /// the plain formula, of the same numbers. It loses the last bits of double precision, 2⁻⁵³, of terms x²/σ²; in single precision it
    /// would lose nats.
    /// </summary>
    [Theory, InlineData(-4.0), InlineData(-14.0), InlineData(-23.0)]
    public void Narrow_components_far_from_zero_keep_their_densities(double logVar)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var mean = 3 + noise.Normal([20, 8], CPU);
        var components = new Normal(mean, full([20, 8], logVar, dtype: float32));
        var p = new Mixture(components, full(20, -Math.Log(20), dtype: float32));
        var x = components.Sample(5, noise).flatten(0, 1);                                       // [100, 8]
        var difference = x.to_type(float64).unsqueeze(1) - mean.to_type(float64);                // [100, 20, 8]
        var byComponent = -0.5 * (difference.square() * Math.Exp(-logVar) + logVar + Math.Log(2 * Math.PI)).sum(dim: -1L);
        Check.Close(byComponent.logsumexp(-1) - Math.Log(20), p.LogProb(x), 1e-6,
            1e-5 + 4 * 8 * x.square().max().item<float>() * Math.Exp(-logVar) * Math.Pow(2, -53));
    }

    /// <summary>Gradients of the density for every parameter and for x are those of the plain sum.</summary>
    [Theory, MemberData(nameof(Families))]
    public void Gradients_are_those_of_the_plain_sum(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var p = Random(family, count: 3, size: 4);
        var inputs = new[] { p.Components.Mean, Spread(p), p.LogWeights, noise.Normal([6, 4], CPU).to_type(float64) };
        var found = Derivatives.Of(t => Of(t).LogProb(t[3]), inputs, ones(6, dtype: float64));
        var expected = Derivatives.Of(t => Plain(Of(t), t[3]), inputs, ones(6, dtype: float64));
        found.AssertNear(expected, 1e-8);

        Tensor Spread(Mixture mixture) =>
            mixture.Components is Normal normal ? normal.LogVar : ((MultivariateNormal)mixture.Components).ScaleTril;

        Mixture Of(Tensor[] t) => new(family == "normal" ? new Normal(t[0], t[1]) : new MultivariateNormal(t[0], t[1].tril()), t[2]);
    }

    /// <summary>One component is itself; many that are equal are one of them, whatever their weights.</summary>
    [Theory, InlineData(1), InlineData(5)]
    public void Equal_components_are_one_component(int count)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var (mean, logVar) = (noise.Normal([3], CPU).to_type(float64), noise.Normal([3], CPU).to_type(float64));
        var weights = noise.Normal([count], CPU).to_type(float64).log_softmax(-1);
        var p = new Mixture(new Normal(mean.expand(count, 3), logVar.expand(count, 3)), weights);
        var x = noise.Normal([10, 3], CPU).to_type(float64);
        Check.Close(new Normal(mean, logVar).LogProb(x), p.LogProb(x), 1e-10, 1e-10);
        Check.Close(mean, p.Mean, 1e-12, 1e-12);
    }

    /// <summary>Two ways to the same density: products for independent units, and substitution for a covariance without any.</summary>
    [Fact]
    public void Components_with_a_diagonal_covariance_are_components_with_independent_units()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var p = Random("normal", count: 5, size: 3);
        var normal = (Normal)p.Components;
        var other = new Mixture(new MultivariateNormal(normal.Mean, (0.5 * normal.LogVar).exp().unsqueeze(-1) * eye(3)), p.LogWeights);
        var x = (2 * noise.Normal([50, 3], CPU)).to_type(float64);
        Check.Close(p.LogProb(x), other.LogProb(x), 1e-10, 1e-10);
    }

    /// <summary>Far from all components every density underflows; its logarithm is that of the nearest, and has a gradient.</summary>
    [Fact]
    public void Far_from_every_component_the_log_density_is_that_of_the_nearest()
    {
        using var scope = NewDisposeScope();
        var p = new Mixture(new Normal(tensor(new[] { 0f, 10f }).unsqueeze(-1), zeros(2, 1)), tensor(new[] { 0.5f, 0.5f }).log());
        var x = tensor(new[] { 1000f }).requires_grad_();
        var found = p.LogProb(x);
        Check.Close(-0.5 * (990.0 * 990 + Math.Log(2 * Math.PI)) - Math.Log(2), found.item<float>(), 1e-6);
        found.backward();
        Check.Close(-990, x.grad!.item<float>(), 1e-5);
    }

    [Theory, MemberData(nameof(Families))]
    public void Draws_fit_the_distribution_function_of_each_unit(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var p = Random(family);
        var draws = p.Sample(50_000, noise);                                                     // [S, 2]
        Assert.Equal([50_000, 2], draws.shape);
        var variance = p.Components is Normal normal ? normal.LogVar.exp() : ((MultivariateNormal)p.Components).Variance;
        for (var j = 0; j < 2; j++)
        {
            var (mean, deviation) = (p.Components.Mean.select(1, j), variance.select(1, j).sqrt());
            Statistics.AssertFits(draws.select(1, j), x =>
                (p.LogWeights.exp() * 0.5 * (1 + ((x.unsqueeze(-1) - mean) / (deviation * Math.Sqrt(2))).erf())).sum(dim: -1L));
        }
    }

    /// <summary>Units depend on each other through the component: cells of the plane are hit as often as the density says.</summary>
    [Theory, MemberData(nameof(Families))]
    public void Draws_hit_cells_of_the_plane_as_often_as_the_density_says(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var p = Random(family);
        var (z, cell) = Plane.Grid(18, 0.06);
        var mass = p.LogProb(z).exp() * cell;
        var draws = p.Sample(50_000, noise);
        var (counts, chances) = (new List<long>(), new List<double>());
        foreach (var (left, low) in from left in new[] { true, false } from low in new[] { true, false } select (left, low))
        {
            // Halfway between points of the grid, so that each cell of it is on one side.
            counts.Add(Side(draws, left, low).sum().item<long>());
            chances.Add((mass * Side(z, left, low)).sum().item<double>());
        }
        Statistics.AssertFits(counts, chances);

        static Tensor Side(Tensor points, bool left, bool low)
        {
            var (x, y) = (points.select(1, 0), points.select(1, 1));
            return (left ? x < 0.51 : x >= 0.51).logical_and(low ? y < -0.27 : y >= -0.27);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void Components_are_drawn_as_often_as_their_weights_say(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(9);
        var mean = 100 * arange(4, dtype: float32).unsqueeze(-1).expand(4, 2);
        var weights = tensor(new[] { 0.1f, 0.2f, 0f, 0.7f });
        Distribution components = family == "normal" ? new Normal(mean, zeros(4, 2)) : new MultivariateNormal(mean, eye(2).expand(4, 2, 2));
        var p = new Mixture(components, weights.log());
        var chosen = (p.Sample(20_000, noise) / 100).round().to_type(int64);                     // [S, 2]
        Assert.True(chosen.select(1, 0).eq(chosen.select(1, 1)).all().item<bool>());
        var counts = Enumerable.Range(0, 4).Select(k => chosen.select(1, 0).eq(k).sum().item<long>()).ToList();
        Assert.Equal(0, counts[2]);
        Statistics.AssertFits([counts[0], counts[1], counts[3]], [0.1, 0.2, 0.7]);
    }

    /// <summary>
    /// Nought chooses the first component that has a weight; the largest number below one, in single precision, still chooses the last one,
    /// though weights were rounded.
    /// </summary>
    [Fact]
    public void Uniform_noise_at_its_ends_chooses_the_first_and_the_last_component()
    {
        using var scope = NewDisposeScope();
        var components = new Normal(arange(7, dtype: float32).unsqueeze(-1), full([7, 1], -30.0));
        var p = new Mixture(components, tensor(new[] { 0f, 1 / 6f, 1 / 6f, 1 / 6f, 1 / 6f, 1 / 6f, 1 / 6f }).log());
        var draws = p.Sample(2, new ReplayedNoise(tensor(new[] { 0f, 1 - 1f / (1 << 24) }), zeros(1, 2, 1)));
        Check.Close(tensor(new[] { 1f, 6f }).unsqueeze(-1), draws, 0, 1e-6);
    }

    [Fact]
    public void Draws_and_detached_mixtures_pass_no_gradient_and_none_is_pathwise()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(10);
        var (mean, logits) = (zeros(3, 2).requires_grad_(), zeros(3).requires_grad_());
        var scale = eye(2) + mean.unsqueeze(-1) * eye(2);
        foreach (var components in (Distribution[])[new Normal(mean, mean), new MultivariateNormal(mean, scale)])
        {
            var p = new Mixture(components, logits.log_softmax(-1));
            Assert.False(p.Sample(4, noise).requires_grad);
            Assert.True(p.LogProb(zeros(2)).requires_grad);
            Assert.False(p.Detached().LogProb(zeros(2)).requires_grad);
            Assert.Throws<NotSupportedException>(() => p.Rsample(1, noise));
        }
    }
}
