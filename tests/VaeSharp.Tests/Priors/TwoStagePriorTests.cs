using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Priors;

namespace VaeSharp.Tests.Priors;

/// <summary>
/// A second stage without hidden layers is a linear-Gaussian model, of which all is known: z = Wu + b + γε, so p(z) = N(b, WWᵀ + γ²I).
/// </summary>
public sealed class TwoStagePriorTests
{
    private const double Gamma = 0.6;

    private static Tensor W => tensor(new[] { 1.0, 0.5, 2.0, -0.25 }).view(2, 2);                   // orthogonal columns

    private static Tensor B => tensor(new[] { 0.3, -1.0 });

    private static Tensor S => 1 / (1 + W.square().sum(dim: 0L) / (Gamma * Gamma));                // variances of the exact posterior

    /// <summary>A stage with the exact posterior, but for a shift of its mean and a factor on its deviations.</summary>
    private static TwoStagePrior Build(double shift = 0, double spread = 1)
    {
        var prior = new TwoStagePrior(new TwoStagePriorSpec { Hidden = [] }, new LatentSpace(2));
        prior.Initialise(new SeededNoise(1));
        var heads = S.unsqueeze(1) * W.t() / (Gamma * Gamma);
        // What goes around the hidden layers comes twice where there are none: half of each.
        prior.Set("output.weight", cat([0.5 * W, 0.5 * W], dim: 1));
        prior.Set("output.bias", B);
        prior.Set("mean.weight", cat([heads, zeros_like(heads)], dim: 1));
        prior.Set("mean.bias", shift - heads.mv(B));
        prior.Set("logVar.weight", zeros(1));
        prior.Set("logVar.bias", (S * spread * spread).log());
        prior.Set("logGamma", tensor(Math.Log(Gamma)));
        return prior;
    }

    private static Distribution Of(Prior prior) => prior.For((_, _) => throw new InvalidOperationException(), null, CPU);

    private static MultivariateNormal Exact() =>
        new(B, linalg.cholesky(W.mm(W.t()) + Gamma * Gamma * eye(2, dtype: float64)));

    /// <summary>The bound is log p(z) less the divergence of the posterior in use from the exact one.</summary>
    [Theory, InlineData(0, 1), InlineData(0.3, 1), InlineData(0, 2), InlineData(-0.2, 0.5)]
    public void The_bound_is_as_far_below_the_density_as_theory_says(double shift, double spread)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var p = Of(Build(shift, spread));
        var gap = (0.5 * (shift * shift / S + spread * spread - 2 * Math.Log(spread) - 1)).sum().item<double>();
        foreach (var (x, y) in new[] { (0.3, -1.0), (2.0, 1.0), (-3.0, 0.5) })
        {
            var z = tensor(new[] { x, y });
            var bounds = p.LogBound(z.to_type(float32).expand(20_000, 2), new SeededNoise(3));
            Statistics.AssertMean(Exact().LogProb(z).item<double>() - gap, bounds, rounding: 1e-4);
        }
    }

    /// <summary>Draws have the density that the bound is of, in the basis where its units are independent.</summary>
    [Fact]
    public void Draws_fit_the_density()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var p = Of(Build());
        var exact = Exact();
        foreach (var z in new[] { p.Sample(20_000, new SeededNoise(4)), p.Rsample(20_000, new SeededNoise(5)).Z })
        {
            Assert.Equal([20_000, 2], z.shape);
            var whitened = linalg.solve_triangular(exact.ScaleTril, (z.to_type(float64) - B).t(), upper: false);
            for (var i = 0; i < 2; i++)
                Statistics.AssertFits(whitened[i], x => 0.5 * (1 + (x / Math.Sqrt(2)).erf()));
        }
    }

    [Fact]
    public void Without_temperature_all_draws_are_what_0_is_decoded_to()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var p = Of(Build());
        Check.Close(B.to_type(float32).expand(5, 2), p.Sample(5, new SeededNoise(4), temperature: 0));
        Check.Close(p.Sample(5, new SeededNoise(4)), p.Sample(5, new SeededNoise(4), temperature: 1), 0, 0);
    }

    [Fact]
    public void Its_density_is_refused_and_the_shape_of_the_bound_is_that_of_the_codes()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var p = Of(Build());
        Assert.Throws<NotSupportedException>(() => p.LogProb(zeros(3, 2)));
        Assert.Equal([4, 3], p.LogBound(zeros(4, 3, 2), new SeededNoise(1)).shape);
        Assert.False(new TwoStagePriorSpec().Gives.HasFlag(Traits.DensityAnywhere));
    }
}
