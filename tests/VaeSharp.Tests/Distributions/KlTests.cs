using FsCheck;
using FsCheck.Fluent;
using VaeSharp.Distributions;
using Check = VaeSharp.Tests.Support.Check;

namespace VaeSharp.Tests.Distributions;

/// <summary>The closed forms of KL(q ‖ p) against ∫ q log q/p, against draws, and against what holds for every divergence.</summary>
public sealed class KlTests
{
    public static TheoryData<string, double, double, string, double, double> Pairs => new()
    {
        { "normal", 0, 0, "standard-normal", 0, 0 },
        { "normal", 2, -1, "standard-normal", 0, 0 },
        { "normal", -0.5, 0.7, "standard-normal", 0, 0 },
        { "normal", 2, -1, "normal", 1, 0.5 },
        { "normal", -3, 0.3, "normal", -2.5, -0.2 },
        { "laplace", 0, 0, "laplace", 0, 0.8 },
        { "laplace", 1.5, -0.5, "laplace", -1, 0.5 },
        { "laplace", 1, 0.6, "laplace", 1.2, -0.3 },
    };

    [Theory, MemberData(nameof(Pairs))]
    public void The_closed_form_is_the_integral(string q, double qAt, double qScale, string p, double pAt, double pScale)
    {
        using var scope = NewDisposeScope();
        var (x, step) = Line.Grid(q, qAt, qScale);
        var (from, to) = (Line.Density(q, qAt, qScale), Line.Density(p, pAt, pScale));
        var logQ = from.LogProb(x);
        var integral = (logQ.exp() * (logQ - to.LogProb(x)) * step).sum().item<double>();
        // The grid bends at q's kink but not at p's: the error of one cell, h² / (2b), has to be added to the usual tolerance.
        Check.Close(integral, Kl.ByUnit(from, to)!.item<double>(), 1e-5, 1e-5);
    }

    [Theory, MemberData(nameof(Pairs))]
    public void The_closed_form_is_the_mean_log_ratio_of_draws(string q, double qAt, double qScale, string p, double pAt, double pScale)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(11);
        var (from, to) = (Line.Density(q, qAt, qScale), Line.Density(p, pAt, pScale));
        var draw = from.Rsample(100_000, noise);
        Statistics.AssertMean(Kl.ByUnit(from, to)!.item<double>(), draw.LogQ! - to.LogProb(draw.Z));
    }

    [Theory, InlineData("normal"), InlineData("laplace")]
    public void Nothing_diverges_from_itself(string family)
    {
        using var scope = NewDisposeScope();
        var q = Line.Density(family, 1.3, -0.8);
        Check.Close(0, Kl.ByUnit(q, q)!.item<double>(), absolute: 1e-12);
    }

    /// <summary>KL(q ‖ p) ≥ 0 (Gibbs), and 0 only where q = p.</summary>
    [Theory, InlineData("normal", "normal"), InlineData("normal", "standard-normal"), InlineData("laplace", "laplace")]
    public void No_divergence_is_negative(string q, string p)
    {
        var numbers = Gen.Choose(-4000, 4000).Select(i => i / 1000.0).Four();
        Prop.ForAll(numbers.ToArbitrary(), draw =>
        {
            using var scope = NewDisposeScope();
            var (a, b, c, d) = draw;
            var divergence = Kl.ByUnit(Line.Density(q, a, b), Line.Density(p, c, d))!.item<double>();
            var same = p == "standard-normal" ? (a, b) == (0, 0) : (a, b) == (c, d);
            return same ? Math.Abs(divergence) < 1e-9 : divergence > -1e-9;                      // rounding of terms up to e⁸
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Units_have_shares_of_their_own()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(12);
        var (mean, logVar) = (noise.Normal([3, 4], CPU), noise.Normal([3, 4], CPU));
        var shares = Kl.ByUnit(new Normal(mean, logVar), new StandardNormal([4], CPU))!;
        Assert.Equal([3, 4], shares.shape);
        var alone = Kl.ByUnit(new Normal(mean[1, 2].view(1), logVar[1, 2].view(1)), new StandardNormal([1], CPU))!;
        Check.Close(alone.item<float>(), shares[1, 2].item<float>());
    }

    [Fact]
    public void Pairs_without_a_closed_form_have_none()
    {
        using var scope = NewDisposeScope();
        Assert.Null(Kl.ByUnit(Line.Density("laplace", 0, 0), Line.Density("normal", 0, 0)));
        Assert.Null(Kl.ByUnit(new Delta(zeros(1)), new StandardNormal([1], CPU)));
    }
}
