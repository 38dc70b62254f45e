using VaeSharp.Distributions;
using VaeSharp.Tests.Likelihoods;

namespace VaeSharp.Tests.Distributions;

/// <summary>Choices, and choices that are made smooth: draws, densities and divergences against enumeration and quadrature.</summary>
public sealed class DiscreteTests
{
    private static readonly double[] Table = [0.1, 0.25, 0.05, 0.4, 0.2];

    private static Tensor Logits(params double[] table) => Slope.Doubles(table).log().unsqueeze(0) + 3;             // [1, K]

    [Fact]
    public void Choices_are_one_hot_and_as_frequent_as_their_probabilities()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = new Categorical(Logits(Table).to_type(float32));
        var z = q.Sample(100_000, noise);                                                       // [S, K]
        Check.Close(ones(100_000), z.sum(dim: -1L), 0, 0);
        Check.Close(z, z.square(), 0, 0);
        Statistics.AssertFits([.. Enumerable.Range(0, 5).Select(k => z.select(1, k).sum().to_type(int64).item<long>())], Table);
        for (var k = 0; k < 5; k++)
            Check.Close(Math.Log(Table[k]), q.LogProb(eye(5)[k]).item<float>());
        Check.Close(tensor(Table).to_type(float32), q.Mean);
        Check.Close(tensor(Table.Select(p => p * (1 - p)).ToArray()).to_type(float32), q.Variance);
    }

    /// <summary>The Gumbel-max identity: the largest element is a category's with the category's probability, at any temperature.</summary>
    [Theory, InlineData(0.05), InlineData(0.5), InlineData(5)]
    public void The_largest_element_of_a_smooth_choice_is_distributed_as_the_choice(double temperature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var z = new RelaxedCategorical(Logits(Table).to_type(float32), temperature).Rsample(100_000, noise).Z;
        Check.Close(ones(100_000), z.sum(dim: -1L), 1e-5);
        var chosen = z.argmax(-1);
        Statistics.AssertFits([.. Enumerable.Range(0, 5).Select(k => chosen.eq(k).sum().item<long>())], Table);
        var one = new RelaxedBernoulli(full(1, 0.8f), temperature).Rsample(100_000, noise).Z > 0.5;
        var p = 1 / (1 + Math.Exp(-0.8));
        var count = one.sum().item<long>();
        Statistics.AssertFits([count, 100_000 - count], [p, 1 - p]);
    }

    /// <summary>Of two categories log z₁/z₂ is logistic: P(z₁ &lt; t) = σ(τ log t/(1 − t) − (l₁ − l₂)).</summary>
    [Theory, InlineData(0.3), InlineData(1), InlineData(2.5)]
    public void Smooth_draws_have_the_distribution_of_their_density(double temperature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        // In double precision, since many are nearer to 1 than single precision has numbers.
        var two = new RelaxedCategorical(Slope.Doubles(0.5, -0.7).view(1, 2), temperature).Rsample(50_000, noise).Z.select(-1, 0);
        Statistics.AssertFits(two, t => Below(t, 1.2));
        Statistics.AssertFits(new RelaxedBernoulli(Slope.Doubles(-0.4), temperature).Rsample(50_000, noise).Z, t => Below(t, -0.4));

        Tensor Below(Tensor t, double logit) => (temperature * (t.log() - (-t).log1p()) - logit).sigmoid();
    }

    /// <summary>
    /// Of four categories too: the difference of two Gumbel variables is logistic, so that any two elements have log zᵢ/zⱼ = (lᵢ − lⱼ + a
    /// logistic variable)/τ, and the largest of three others' is a Gumbel variable of all their probability.
    /// </summary>
    [Theory, InlineData(0.3), InlineData(2.5)]
    public void Elements_of_smooth_draws_have_logistic_log_quotients(double temperature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        double[] logits = [0.5, -0.7, 1.3, 0];
        // In double precision, since many are nearer to 1 than single precision has numbers.
        var z = new RelaxedCategorical(Slope.Doubles(logits).view(1, 4), temperature).Rsample(50_000, noise).Z.log();     // [S, K]
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < i; j++)
                Statistics.AssertFits(z.select(1, i) - z.select(1, j), t => (temperature * t - (logits[i] - logits[j])).sigmoid());
            long[] others = [.. Enumerable.Range(0, 4).Where(k => k != i).Select(k => (long)k)];
            var rest = Math.Log(others.Sum(k => Math.Exp(logits[k])));
            var largest = z.index_select(1, tensor(others)).amax([1L]);
            Statistics.AssertFits(z.select(1, i) - largest, t => (temperature * t - (logits[i] - rest)).sigmoid());
        }
    }

    /// <summary>∫ over the simplex, by its first K − 1 elements; of two categories the density is that of the binary relaxation.</summary>
    [Theory, InlineData(0.7), InlineData(1), InlineData(2)]
    public void Smooth_densities_integrate_to_one(double temperature)
    {
        using var scope = NewDisposeScope();
        // The midpoint rule in logits y, where dx = x (1 − x) dy.
        var y = (arange(-2000, 2000, dtype: float64) + 0.5) * 0.01;
        var x = y.sigmoid().unsqueeze(-1);
        var line = new RelaxedBernoulli(Slope.Doubles(0.9), temperature).LogProb(x);
        Check.Close(1, (line.exp() * (x * (1 - x)).squeeze(-1)).sum().item<double>() * 0.01, 1e-4);
        var pair = new RelaxedCategorical(Slope.Doubles(0.9, 0).view(1, 2), temperature).LogProb(cat([x, 1 - x], -1));
        var inside = y.abs() < 15;                                                              // where nothing is clamped
        Check.Close(line.masked_select(inside), pair.masked_select(inside), 1e-9, 1e-9);

        // Three categories: the square of two logits, x₁ = s (1 − t), x₂ = s t, x₃ = 1 − s with the Jacobian s.
        var logit = (arange(-300, 300, dtype: float64) + 0.5) * 0.05;
        var (s, t) = (logit.sigmoid().view(-1, 1), logit.sigmoid().view(1, -1));
        var points = stack([s * (1 - t), s * t, (1 - s).expand(600, 600)], -1);                  // [600, 600, 3]
        var density = new RelaxedCategorical(Logits(0.2, 0.5, 0.3), temperature).LogProb(points).exp();
        Check.Close(1, (density * s * s * (1 - s) * t * (1 - t)).sum().item<double>() * 0.05 * 0.05, 1e-3);
    }

    /// <summary>The definition, from recorded noise; a lower temperature takes the same draw nearer to a corner.</summary>
    [Fact]
    public void Smooth_draws_are_the_softmax_of_logits_and_gumbel_noise_over_the_temperature()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var logits = noise.Normal([3, 2, 4], CPU);
        var u = noise.Uniform([5, 3, 2, 4], CPU);
        var gumbel = -(-u.log()).log();
        foreach (var temperature in new[] { 0.1, 0.5, 1, 3 })
        {
            var z = new RelaxedCategorical(logits, temperature).Rsample(5, new ReplayedNoise(u)).Z;
            Check.Close(((logits + gumbel) / temperature).softmax(-1).view(5, 3, 8), z);
        }
        var v = noise.Uniform([5, 3], CPU);
        var binary = new RelaxedBernoulli(logits.select(-1, 0).select(-1, 0), 0.3).Rsample(5, new ReplayedNoise(v.view(5, 3))).Z;
        Check.Close(((logits.select(-1, 0).select(-1, 0) + v.log() - (1 - v).log()) / 0.3).sigmoid(), binary, 1e-4);
    }

    /// <summary>Σ π log π/ρ over all categories; against the uniform distribution it is log K less the entropy.</summary>
    [Fact]
    public void Divergences_of_choices_are_their_sums()
    {
        using var scope = NewDisposeScope();
        double[] other = [0.3, 0.1, 0.2, 0.15, 0.25];
        var (q, p) = (new Categorical(Logits(Table)), new Categorical(Logits(other)));
        var uniform = new Categorical(zeros(1, 5, dtype: float64));
        var expected = Table.Zip(other, (a, b) => a * Math.Log(a / b)).Sum();
        Check.Close(expected, Kl.Total(q, p)!.item<double>(), 1e-12);
        Check.Close(Math.Log(5) + Table.Sum(a => a * Math.Log(a)), Kl.Total(q, uniform)!.item<double>(), 1e-12);
        var (one, two) = (new Bernoulli(Slope.Doubles(1.5), 1), new Bernoulli(Slope.Doubles(-0.5), 1));
        double[] a = [one.Mean.item<double>(), 1 - one.Mean.item<double>()], b = [two.Mean.item<double>(), 1 - two.Mean.item<double>()];
        Check.Close(a.Zip(b, (x, y) => x * Math.Log(x / y)).Sum(), Kl.Total(one, two)!.item<double>(), 1e-12);
        // What is made smooth has the divergence of the choices, with the prior made smooth alike.
        var smooth = new RelaxedCategorical(Logits(Table), 0.4);
        Check.Close(Kl.Total(q, uniform)!, Kl.Total(smooth, smooth.Match(uniform))!, 1e-12);
    }

    /// <summary>A variable that is certain tells log K nats about a uniform one, and no gradient is lost on the way there.</summary>
    [Theory, InlineData(1e2), InlineData(1e4)]
    public void Certain_choices_have_finite_divergences_densities_and_gradients(double extreme)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var logits = tensor(new[] { (float)extreme, 0, -(float)extreme }).view(1, 1, 3).requires_grad_();
        var q = new RelaxedCategorical(logits, 0.1);
        var divergence = Kl.Total(q, q.Match(new Categorical(zeros(1, 3))))!;
        Check.Close(Math.Log(3), divergence.item<float>());
        var draw = q.Rsample(7, noise);
        (divergence.sum() + draw.LogQ!.sum() + draw.Z.sum()).backward();
        Assert.True(Check.IsFinite(draw.LogQ!) && Check.IsFinite(logits.grad!));
        var bits = tensor(new[] { (float)extreme, -(float)extreme }).view(1, 2).requires_grad_();
        var b = new RelaxedBernoulli(bits, 0.1);
        var bit = b.Rsample(7, noise);
        var told = Kl.Total(b, b.Match(new Bernoulli(zeros(2), 1)))!;
        Check.Close(2 * Math.Log(2), told.item<float>());
        (told.sum() + bit.LogQ!.sum() + bit.Z.sum()).backward();
        Assert.True(Check.IsFinite(bit.LogQ!) && Check.IsFinite(bits.grad!));
    }

    /// <summary>Parts of a product keep to themselves: densities, means and divergences are theirs, side by side or summed.</summary>
    [Fact]
    public void A_product_is_its_parts()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var normal = new Normal(noise.Normal([4, 2], CPU), noise.Normal([4, 2], CPU));
        var choice = new Categorical(noise.Normal([4, 1, 3], CPU));
        var q = new Product((normal, 2), (choice, 3));
        var p = new Product((new StandardNormal([2], CPU), 2), (new Categorical(zeros(1, 3)), 3));
        var draw = q.Draws(6, noise);
        Assert.Equal([6L, 4, 5], draw.Z.shape);
        var (continuous, discrete) = (draw.Z.narrow(-1, 0, 2), draw.Z.narrow(-1, 2, 3));
        Check.Close(normal.LogProb(continuous) + choice.LogProb(discrete), q.LogProb(draw.Z));
        Check.Close(q.LogProb(draw.Z), draw.LogQ!, 1e-4, 1e-4);
        Check.Close(cat([normal.Mean, choice.Mean], -1), q.Mean, 0, 0);
        Check.Close(Kl.Total(normal, p.Parts[0])! + Kl.Total(choice, p.Parts[1])!, Kl.Total(q, p)!);
        Check.Close(Kl.Total(q, p)!, Kl.ByUnit(q, p)!.sum(dim: -1L));
        Assert.Throws<NotSupportedException>(() => q.Rsample(1, noise));
    }
}
