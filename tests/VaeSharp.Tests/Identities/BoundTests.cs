using VaeSharp.Models;
using VaeSharp.Objectives;

namespace VaeSharp.Tests.Identities;

/// <summary>The values of bounds on the model whose evidence is known: their order, their expectations and their limits.</summary>
public sealed class BoundTests
{
    private readonly LinearGaussian exact = new();
    private readonly LinearGaussian loose = new(shift: 0.25, spread: 1.6);

    private static double Bound(BoundSpec spec, Autoencoder model, Trace trace, Noise noise) =>
        -(double)spec.Build().Compute(model, trace, new Progress(noise)).ByPlayer[0].Loss.item<float>();

    private static List<double> Bounds(BoundSpec spec, LinearGaussian model, Tensor x, int count, Noise noise)
    {
        var bounds = new List<double>();
        for (var i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            bounds.Add(Bound(spec, model.Model, model.Model.Infer(new Batch(x), spec.Build().Samples, new Progress(noise)), noise));
        }
        return bounds;
    }

    /// <summary>
    /// The logarithm is concave, so that for whatever draws ELBO ≤ MIWAE(M, K) ≤ IWAE, and ELBO ≤ CIWAE(β) ≤ IWAE, the nearer to IWAE the
    /// smaller β; a power mean rises with its exponent 1 − α. Each inequality holds for each set of draws, not only on average.
    /// </summary>
    [Fact]
    public void Bounds_from_the_same_draws_are_ordered()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var x = loose.Draw(40, noise);
        BoundSpec[][] chains =
        [
            [
                new CiwaeSpec { Beta = 1 }, new CiwaeSpec { Beta = 0.7 }, new CiwaeSpec { Beta = 0.3 }, new IwaeSpec { Samples = 64 },
            ],
            [
                new CiwaeSpec { Beta = 1 }, new MiwaeSpec { Groups = 32, Samples = 2 }, new MiwaeSpec { Groups = 8, Samples = 8 },
                new MiwaeSpec { Groups = 2, Samples = 32 }, new IwaeSpec { Samples = 64 },
            ],
            [
                .. new[] { 20, 3, 1.2, 1, 0.8, 0.3, 0, -0.7, -5, -40 }.Select(alpha => new RenyiSpec { Alpha = alpha, Samples = 64 }),
                new VrMaxSpec { Samples = 64 },
            ],
        ];
        for (var i = 0; i < 5; i++)
        {
            var trace = loose.Model.Infer(new Batch(x), 64, new Progress(noise));
            foreach (var chain in chains)
            {
                var bounds = chain.Select(spec => Bound(spec, loose.Model, trace, noise)).ToList();
                Assert.All(bounds.Zip(bounds.Skip(1)), pair => Assert.True(pair.Second > pair.First + 1e-3, string.Join(", ", bounds)));
            }
        }
    }

    /// <summary>E MIWAE(M, K) = L_K whatever M: it is tighter than L_{K−1} and looser than L_{MK}.</summary>
    [Fact]
    public void The_average_of_several_bounds_is_as_tight_as_one()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var x = loose.Draw(40, noise);
        var (one, error) = Statistics.MeanOf(Bounds(new IwaeSpec { Samples = 3 }, loose, x, 3000, noise));
        var (average, deviation) = Statistics.MeanOf(Bounds(new MiwaeSpec { Groups = 7, Samples = 3 }, loose, x, 1000, noise));
        var room = Statistics.Sigmas * Math.Sqrt(error * error + deviation * deviation);
        Assert.True(Math.Abs(one - average) <= room, $"{one} ± {error}, {average} ± {deviation}");
        // The test has power: with M and K exchanged the bound is another.
        var exchanged = Statistics.MeanOf(Bounds(new MiwaeSpec { Groups = 3, Samples = 7 }, loose, x, 500, noise));
        Assert.True(exchanged.Mean - average > 2 * room, $"{exchanged.Mean} against {average}, room {room}");
    }

    /// <summary>
    /// β weighs the two ends: the combination lies on the line between the evidence lower bound and the importance-weighted one.
    /// </summary>
    [Theory, InlineData(0.0), InlineData(0.05), InlineData(0.5), InlineData(1.0)]
    public void The_combination_is_linear_in_its_weight(double beta)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var trace = loose.Model.Infer(new Batch(loose.Draw(40, noise)), 16, new Progress(noise));
        var lower = trace.LogWeight.mean().item<float>();
        var upper = Bound(new IwaeSpec { Samples = 16 }, loose.Model, trace, noise);
        Check.Close(beta * lower + (1 - beta) * upper, Bound(new CiwaeSpec { Beta = beta, Samples = 16 }, loose.Model, trace, noise));
    }

    /// <summary>
    /// With many draws the bound of order α misses the evidence by Rényi's divergence from the exact posterior, which is known in closed
    /// form; with K draws by Var(w^s) / 2sK E(w^s)² more, s = 1 − α.
    /// </summary>
    [Theory, InlineData(0.9), InlineData(0.5), InlineData(0.25), InlineData(-0.5)]
    public void Renyis_bound_misses_the_evidence_by_Renyis_divergence(double alpha)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        const int k = 4000;
        var x = loose.Draw(10, noise);
        var (mean, error) = Statistics.MeanOf(Bounds(new RenyiSpec { Alpha = alpha, Samples = k }, loose, x, 60, noise));
        var powers = (1 - alpha) * loose.Model.Infer(new Batch(x), k, new Progress(noise)).LogWeight.to_type(float64);
        var relative = (powers - powers.logsumexp(0) + Math.Log(k)).exp();
        var bias = relative.var(dimensions: [0L]).mean().item<double>() / (2 * k * (1 - alpha));
        var expected = loose.LogEvidence(x) - loose.RenyiGap(alpha);
        var room = Statistics.Sigmas * error + bias;
        Assert.True(Math.Abs(mean + bias - expected) <= room, $"{mean} ± {error} + {bias}, expected {expected}");
        // Neighbouring orders are told apart.
        Assert.True(Math.Abs(loose.RenyiGap(alpha) - loose.RenyiGap(alpha + 0.05)) > room, $"{room}");
    }

    /// <summary>The divergence's own limit is the Kullback–Leibler divergence, so the helper above is right there.</summary>
    [Fact]
    public void Renyis_divergence_of_order_one_is_the_gap() => Check.Close(loose.Gap, loose.RenyiGap(1 + 1e-6));

    /// <summary>
    /// L_α − L₁ = s/2 · Var(log w) + O(s²) with s = 1 − α: it goes to 0 as it should, without digits lost, down to the smallest s.
    /// </summary>
    [Theory, InlineData(1e-3), InlineData(1e-5), InlineData(1e-9), InlineData(-1e-3), InlineData(-1e-5), InlineData(1e-15)]
    public void Renyis_bound_goes_to_the_evidence_lower_bound(double s)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var weights = loose.Model.Infer(new Batch(loose.Draw(40, noise)), 64, new Progress(noise)).LogWeight.to_type(float64);
        var difference = (RenyiSpec.LogPowerMean(weights, s) - RenyiSpec.LogPowerMean(weights, 0)).mean().item<double>();
        var slope = weights.var(dimensions: [0L], unbiased: false).mean().item<double>() / 2;
        Assert.True(slope > 0.1);
        Check.Close(s * slope, difference, 0.05, 1e-13);                        // third cumulants; rounding of numbers near 10
        var single = weights.to_type(float32);
        difference = (RenyiSpec.LogPowerMean(single, s) - RenyiSpec.LogPowerMean(single, 0)).mean().item<float>();
        Check.Close(s * slope, difference, 0.05, 4e-6);                         // the same in single precision: no noise is divided by s
    }

    /// <summary>For α → −∞ the largest weight is what is left: log K / (1 − α) away at most.</summary>
    [Fact]
    public void Renyis_bound_goes_to_the_largest_weight_and_to_the_smallest()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var weights = loose.Model.Infer(new Batch(loose.Draw(40, noise)), 16, new Progress(noise)).LogWeight;
        Check.Close(weights.amax([0L]), RenyiSpec.LogPowerMean(weights, 1e6), 1e-5, Math.Log(16) / 1e6);
        Check.Close(weights.amin([0L]), RenyiSpec.LogPowerMean(weights, -1e6), 1e-5, Math.Log(16) / 1e6);
        Check.Close(weights.logsumexp(0) - Math.Log(16), RenyiSpec.LogPowerMean(weights, 1));
        // Weights that underflow, and all the same weight.
        Assert.True(Check.IsFinite(RenyiSpec.LogPowerMean(1e4f * weights, 3)));
        Assert.True(Check.IsFinite(RenyiSpec.LogPowerMean(1e4f * weights, -3)));
        Check.Close(full(2, -7f), RenyiSpec.LogPowerMean(full([5, 2], -7f), 0.5));
    }

    /// <summary>
    /// What is said of it: the largest weight is no lower bound, but under the exact posterior, where all weights are the evidence.
    /// </summary>
    [Fact]
    public void The_largest_weight_is_above_the_evidence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var x = loose.Draw(40, noise);
        var (mean, error) = Statistics.MeanOf(Bounds(new VrMaxSpec { Samples = 50 }, loose, x, 50, noise));
        Assert.True(mean > loose.LogEvidence(x) + Statistics.Sigmas * error, $"{mean} ± {error}, evidence {loose.LogEvidence(x)}");
        foreach (var spec in (BoundSpec[])[new VrMaxSpec(), new RenyiSpec(), new MiwaeSpec(), new CiwaeSpec(), new PiwaeSpec(),
            new StickingElboSpec(), new StickingIwaeSpec(), new DregIwaeSpec()])
            Assert.All(Bounds(spec, exact, x, 3, noise), bound => Check.Close(exact.LogEvidence(x), bound, 1e-5, 1e-4));
    }
}
