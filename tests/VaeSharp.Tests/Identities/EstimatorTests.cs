using VaeSharp.Objectives;

namespace VaeSharp.Tests.Identities;

/// <summary>
/// Estimators of the encoder's gradient: those that are unbiased have the mean of brute force, and their noise is in the order that
/// theory says.
/// </summary>
public sealed class EstimatorTests
{
    private readonly LinearGaussian exact = new();
    private readonly LinearGaussian loose = new(shift: 0.25, spread: 1.6);

    private static readonly Dictionary<string, (BoundSpec Spec, int Draws, Func<Tensor, Tensor> Bound)> Estimators = new()
    {
        ["iwae"] = (new IwaeSpec { Samples = 5 }, 5, w => LogMean(w, 0)),
        ["iwae-dreg"] = (new DregIwaeSpec { Samples = 5 }, 5, w => LogMean(w, 0)),
        ["miwae"] = (new MiwaeSpec { Groups = 2, Samples = 3 }, 6, w => LogMean(w.view(2, 3, -1), 1).mean([0L])),
        ["piwae"] = (new PiwaeSpec { Groups = 3, Samples = 2 }, 6, w => LogMean(w.view(3, 2, -1), 1).mean([0L])),
        ["ciwae"] = (new CiwaeSpec { Beta = 0.4, Samples = 5 }, 5, w => 0.4 * w.mean([0L]) + 0.6 * LogMean(w, 0)),
        ["renyi 0.5"] = (new RenyiSpec { Alpha = 0.5, Samples = 5 }, 5, w => LogMean(0.5 * w, 0) / 0.5),
        ["renyi −2"] = (new RenyiSpec { Alpha = -2, Samples = 5 }, 5, w => LogMean(3 * w, 0) / 3),
        ["renyi-dreg 0.5"] = (new DregRenyiSpec { Alpha = 0.5, Samples = 5 }, 5, w => LogMean(0.5 * w, 0) / 0.5),
        ["renyi-dreg −2"] = (new DregRenyiSpec { Alpha = -2, Samples = 5 }, 5, w => LogMean(3 * w, 0) / 3),
        ["vr-max"] = (new VrMaxSpec { Samples = 5 }, 5, w => w.amax([0L])),
        ["elbo-stl"] = (new StickingElboSpec { Samples = 2 }, 2, w => w.mean([0L])),
    };

    public static TheoryData<string> Names => [.. Estimators.Keys];

    private static Tensor LogMean(Tensor weights, int dimension) => weights.exp().mean([dimension]).log();

    private static string Show(Tensor x) => string.Join(", ", x.data<double>());

    private static (Tensor Mean, Tensor Error) Moments(Tensor gradients)
    {
        var wide = gradients.to_type(float64);
        return (wide.mean([0L]), wide.std(dimensions: [0L]) / Math.Sqrt(wide.size(0)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_expectation_is_the_gradient_by_brute_force(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (spec, draws, bound) = Estimators[name];
        var x = loose.Draw(1, noise);
        var (mean, error) = Moments(ManyGradients.Of(spec, loose, x, 100_000, noise));
        var (expected, deviation) = Moments(ManyGradients.ByDifferences(bound, loose, x, draws, 100_000, noise));
        var room = Statistics.Sigmas * (error.square() + deviation.square()).sqrt() + 1e-5;
        Assert.True(((mean - expected).abs() <= room).all().item<bool>(), $"{Show(mean)}; expected {Show(expected)}, within {Show(room)}");
        // The test has power: each component is known to a fifth of the gradient's length.
        Assert.True((room < 0.2 * expected.norm()).all().item<bool>(), $"{Show(room)} of {Show(expected)}");
    }

    /// <summary>
    /// −ELBO is KL(q ‖ exact posterior) and a constant: its gradient is known, (μ − μ*)/v and ½ (σ²/v − 1).
    /// </summary>
    [Fact]
    public void The_path_derivative_of_the_evidence_lower_bound_has_the_gradient_of_the_divergence_as_its_mean()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var gradients = ManyGradients.Of(new StickingElboSpec(), loose, loose.Draw(1, noise), 100_000, noise);
        for (var j = 0; j < LinearGaussian.Z; j++)
        {
            Statistics.AssertMean(0.25 / loose.Variance[j], gradients.select(1, j));
            Statistics.AssertMean(0.5 * (1.6 * 1.6 - 1), gradients.select(1, LinearGaussian.Z + j));
        }
    }

    /// <summary>
    /// Under the exact posterior log w is the same for every z, so that its path derivative is 0 for each draw: no noise at all. The plain
    /// gradients have noise there.
    /// </summary>
    [Fact]
    public void Path_derivatives_have_no_variance_under_the_exact_posterior()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var x = exact.Draw(1, noise);
        foreach (var spec in (BoundSpec[])[new StickingElboSpec(), new StickingIwaeSpec { Samples = 5 }, new DregIwaeSpec { Samples = 5 },
            new DregRenyiSpec { Samples = 5 }])
        {
            var gradients = ManyGradients.Of(spec, exact, x, 2000, noise);
            Assert.True(gradients.abs().max().item<float>() < 1e-3, spec.ToString());            // terms of some 10 that cancel
        }
        foreach (var spec in (BoundSpec[])[new ElboSpec(), new IwaeSpec { Samples = 1 }, new IwaeSpec { Samples = 5 }])
            Assert.True(ManyGradients.Of(spec, exact, x, 2000, noise).std(dimensions: [0L]).min().item<float>() > 0.2, spec.ToString());
    }

    /// <summary>
    /// Near the exact posterior the path derivative of the evidence lower bound has less noise than the plain gradient (Roeder et al.
    /// 2017), and so has the doubly reparameterised one of the importance-weighted bound (Tucker et al. 2019).
    /// </summary>
    [Fact]
    public void The_variances_are_in_the_order_that_theory_says()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var near = new LinearGaussian(shift: 0.03, spread: 1.1);
        var x = near.Draw(1, noise);
        var variances = new BoundSpec[] { new StickingElboSpec(), new IwaeSpec { Samples = 1 } }.Select(Variance).ToList();
        Assert.True(variances[0] < 0.2 * variances[1], string.Join(", ", variances));
        foreach (var k in new[] { 5, 20 })
        {
            var (doubly, plain) = (Variance(new DregIwaeSpec { Samples = k }), Variance(new IwaeSpec { Samples = k }));
            Assert.True(doubly < 0.2 * plain, $"K = {k}: {doubly}, {plain}");
        }

        double Variance(BoundSpec spec) => ManyGradients.Of(spec, near, x, 10_000, noise).var(dimensions: [0L]).sum().item<float>();
    }

    /// <summary>
    /// The signal-to-noise ratio of the encoder's gradient falls as 1/√K for the plain estimator (Rainforth et al. 2018, theorem 1) and
    /// rises as √K for the doubly reparameterised one (Tucker et al. 2019, section 3); averaging M bounds gains √M.
    /// </summary>
    [Fact]
    public void More_draws_drown_the_plain_gradient_and_clear_the_doubly_reparameterised_one()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var x = loose.Draw(1, noise);
        var (few, many) = (16, 256);
        var (doublyFew, doublyMany) = (Doubly(few), Doubly(many));
        var (plainFew, plainMany) = (Plain(few, doublyFew.Mean), Plain(many, doublyMany.Mean));
        Assert.InRange(Exponent(doublyFew.Ratio, doublyMany.Ratio), 0.35, 0.65);
        Assert.InRange(Exponent(plainFew, plainMany), -0.65, -0.35);
        // 16 bounds of 16 draws against one of 16.
        var averaged = Noise(ManyGradients.Of(new MiwaeSpec { Groups = 16, Samples = few }, loose, x, 2000, noise));
        var single = Noise(ManyGradients.Of(new IwaeSpec { Samples = few }, loose, x, 2000, noise));
        Assert.InRange(Math.Log(single / averaged) / Math.Log(16), 0.45, 0.55);                  // the spread of 2000 spreads is 1.6 %

        double Exponent(double before, double after) => Math.Log(after / before) / Math.Log((double)many / few);

        (double Ratio, Tensor Mean) Doubly(int k)
        {
            var gradients = ManyGradients.Of(new DregIwaeSpec { Samples = k }, loose, x, 4000, noise);
            var mean = gradients.mean([0L]);
            return (mean.norm().item<float>() / Noise(gradients), mean);
        }

        // The signal is the same, since both are unbiased; the doubly reparameterised mean has the smaller error.
        double Plain(int k, Tensor mean) =>
            mean.norm().item<float>() / Noise(ManyGradients.Of(new IwaeSpec { Samples = k }, loose, x, 2000, noise));

        static double Noise(Tensor gradients) => Math.Sqrt(gradients.var(dimensions: [0L]).sum().item<float>());
    }

    /// <summary>
    /// With several draws sticking the landing leaves out a term that is not 0: its mean is off by more than noise (Tucker et al. 2019),
    /// while with one it is not.
    /// </summary>
    [Fact]
    public void Sticking_the_landing_of_the_importance_weighted_bound_is_biased()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var x = loose.Draw(1, noise);
        Assert.True(Excess(5) > 1, $"{Excess(5)}");
        Assert.True(Excess(1) < 1, $"{Excess(1)}");

        // The largest distance of a component's mean from the unbiased one's, in bounds of what chance explains.
        double Excess(int k)
        {
            var (mean, error) = Moments(ManyGradients.Of(new StickingIwaeSpec { Samples = k }, loose, x, 20_000, noise));
            var (expected, deviation) = Moments(ManyGradients.Of(new DregIwaeSpec { Samples = k }, loose, x, 20_000, noise));
            return ((mean - expected).abs() / (Statistics.Sigmas * (error.square() + deviation.square()).sqrt())).max().item<double>();
        }
    }
}
