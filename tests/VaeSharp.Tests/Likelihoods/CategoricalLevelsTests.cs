using VaeSharp.Distributions;
using VaeSharp.Likelihoods;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>A probability for each level, against a table of them.</summary>
public sealed class CategoricalLevelsTests
{
    private static readonly double[] Table = [0.1, 0.25, 0.05, 0.4, 0.2];
    private static readonly DataLevels Levels = new(-1, 0.5, 5);

    // Logarithms up to a constant, one for each of two elements: [L, 2]; the second's table is the first's in reverse.
    private static Tensor Logits(ScalarType type = ScalarType.Float64) =>
        stack([Slope.Doubles(Table).log() + 7, Slope.Doubles([.. Table.Reverse()]).log() - 300], 1).to_type(type);

    [Fact]
    public void Log_densities_are_logarithms_of_the_table()
    {
        using var scope = NewDisposeScope();
        var x = stack([Levels.ValueOf(arange(5, dtype: float64)), Levels.ValueOf(arange(5, dtype: float64))], 1);        // [5, 2]
        var expected = Enumerable.Range(0, 5).Select(i => Math.Log(Table[i] * Table[4 - i])).ToArray();
        Check.Close(Slope.Doubles(expected), new CategoricalLevels(Logits(), Levels, 1).LogProb(x), 1e-12, 1e-12);
        // A value between is the nearest level.
        var between = new CategoricalLevels(Logits().t(), Levels, 0).LogProb(Slope.Doubles(-0.3, -0.3));
        Check.Close(Math.Log(0.25), between[0].item<double>(), 1e-12);
    }

    [Fact]
    public void The_mean_is_the_sum_of_levels_by_their_probabilities()
    {
        using var scope = NewDisposeScope();
        var expected = Table.Select((p, i) => p * (-1 + 0.5 * i)).Sum();
        Check.Close(Slope.Doubles(expected, -expected), new CategoricalLevels(Logits(), Levels, 1).Mean, 1e-12, 1e-12);
    }

    [Fact]
    public void Draws_are_levels_as_often_as_the_table_says()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(47);
        var draws = new CategoricalLevels(Logits(float32), Levels, 1).Sample(100_000, noise);     // [S, 2]
        var index = Levels.PositionOf(draws);
        Statistics.AssertFits(Counts(0), Table);
        Statistics.AssertFits(Counts(1), [.. Table.Reverse()]);

        long[] Counts(long element) => [.. Enumerable.Range(0, 5).Select(i => index.select(1, element).eq(i).sum().item<long>())];
    }

    /// <summary>Uniform numbers next to 1 and logits of which one is certain: always a level, and the right one.</summary>
    [Fact]
    public void Certain_levels_are_always_drawn()
    {
        using var scope = NewDisposeScope();
        var logits = full([3, 4], -1e4f);
        foreach (var i in Enumerable.Range(0, 3))
            logits[i, i] = 0;
        logits[2, 3] = 0;
        var u = tensor(new[] { 0f, 0.5f, 1 - 6e-8f, 1 - 6e-8f }).view(1, 1, 4);
        Check.Close(tensor(new[] { 0L, 1, 2, 2 }).view(1, 1, 4), Distribution.DrawIndex(logits, -2, u), 0, 0);
    }

    /// <summary>∂ log softmax(l)ₓ/∂l = 1ₓ − softmax(l), and its derivative −(diag p − p pᵀ).</summary>
    [Fact]
    public void Its_slope_is_one_hot_less_the_probabilities()
    {
        using var scope = NewDisposeScope();
        double[] v = [1, -2, 0.5, 0, 3];
        var (_, first, second) = Slope.Of(
            t => new CategoricalLevels(Slope.Doubles(Table).log() + t * Slope.Doubles(v), Levels, 0).LogProb(Slope.Doubles(0.5)),
            Slope.Doubles(0));
        var mean = Table.Zip(v, (p, d) => p * d).Sum();
        Check.Close(v[3] - mean, first[0], 1e-10, 1e-10);
        Check.Close(-(Table.Zip(v, (p, d) => p * d * d).Sum() - mean * mean), second[0], 1e-10, 1e-10);
    }

    [Fact]
    public void The_likelihood_takes_a_logit_for_each_level()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(48);
        var likelihood = new CategoricalLikelihoodSpec().Build(new DataSpec(3, 2, 2) { Levels = 16 });
        Assert.Equal(16, likelihood.Parameters);
        var p = likelihood.For(noise.Normal([4, 16, 3, 2, 2], CPU), null);
        var draws = p.Sample(3, noise);
        Assert.Equal([3, 4, 3, 2, 2], draws.shape);
        Check.Close(stack([p.LogProb(draws[0]), p.LogProb(draws[1]), p.LogProb(draws[2])]), p.LogProb(draws));
        var many = likelihood.For(noise.Normal([3, 4, 16, 3, 2, 2], CPU), null);
        Check.Close(many.LogProb(draws[0].expand(3, 4, 3, 2, 2)), many.LogProb(draws[0]), 0, 0);
    }

    public static TheoryData<string> Discrete => ["discretised-logistic", "discretised-logistic-mixture", "categorical"];

    /// <summary>Levels are known for bytes and binary data; for others the sentence says what to do.</summary>
    [Theory, MemberData(nameof(Discrete))]
    public void Data_without_levels_are_refused(string name)
    {
        var spec = (LikelihoodSpec)VaeSharp.Specs.Catalogue.Parts.Single(part => (part.Kind, part.Name) == ("likelihood", name)).Default;
        Assert.Null(spec.Refuses(new DataSpec(4) { Levels = 2 }));
        Assert.Null(spec.Refuses(new DataSpec(4) { Levels = 256, Low = -1 }));
        Assert.Contains("known levels", spec.Refuses(new DataSpec(4)));
        Assert.Contains("known levels", spec.Refuses(new DataSpec(4) { Levels = 256, High = double.PositiveInfinity }));
        Assert.Contains("known levels", Assert.Throws<ArgumentException>(() => spec.Build(new DataSpec(4))).Message);
    }
}
