using VaeSharp.Models;
using VaeSharp.Objectives;

namespace VaeSharp.Tests.Objectives;

/// <summary>The decomposition of the divergence, against a data set whose aggregate posterior can be integrated.</summary>
public sealed class TotalCorrelationTests
{
    private readonly TenPoints points = new();

    /// <summary>Chen et al. 2018, eq. 2: the integrals themselves, so that what follows is held to the truth.</summary>
    [Fact]
    public void Mutual_information_total_correlation_and_dimension_wise_divergence_sum_to_the_divergence()
    {
        var (information, correlation, dimensionWise) = points.Integrate();
        Assert.True(information > 1 && correlation > 0.2 && dimensionWise > 0.1);
        Check.Close(points.Divergence, information + correlation + dimensionWise, 1e-6);
    }

    /// <summary>With all data in the minibatch the stratified estimate is q(z) itself, so the terms are Monte-Carlo means.</summary>
    [Fact]
    public void With_all_data_in_the_minibatch_the_stratified_terms_are_the_integrals()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = points.All();
        var term = Codes.Term(q, q.Rsample(4000, noise));
        var (logQz, logProduct) = TotalCorrelation.Aggregate(term, MinibatchSampling.Stratified, TenPoints.N);
        var (information, correlation, dimensionWise) = points.Integrate();
        Statistics.AssertMean(information, term.Draw.LogQ! - logQz, 1e-5);
        Statistics.AssertMean(correlation, logQz - logProduct, 1e-5);
        Statistics.AssertMean(dimensionWise, logProduct - term.Prior.LogProb(term.Draw.Z), 1e-5);
    }

    /// <summary>And at each draw it is the density itself.</summary>
    [Fact]
    public void With_all_data_in_the_minibatch_the_stratified_densities_are_exact()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var q = points.All();
        var term = Codes.Term(q, q.Rsample(5, noise));
        var (logQz, logProduct) = TotalCorrelation.Aggregate(term, MinibatchSampling.Stratified, TenPoints.N);
        Check.Close(AtDraws(term, (a, b) => Math.Log(points.Aggregate(a, b))), logQz, 1e-5, 1e-5);
        Check.Close(AtDraws(term, (a, b) => Math.Log(points.Marginal(0, a) * points.Marginal(1, b))), logProduct, 1e-5, 1e-5);
    }

    /// <summary>
    /// The weighted estimate of q(z) with all data is low by the factor N, once for the joint density and once for each unit; no gradient
    /// sees that.
    /// </summary>
    [Fact]
    public void With_all_data_in_the_minibatch_the_weighted_densities_are_off_by_log_N_for_each_density()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var q = points.All();
        var term = Codes.Term(q, q.Rsample(5, noise));
        var (logQz, logProduct) = TotalCorrelation.Aggregate(term, MinibatchSampling.Weighted, TenPoints.N);
        var logN = Math.Log(TenPoints.N);
        Check.Close(AtDraws(term, (a, b) => Math.Log(points.Aggregate(a, b)) - logN), logQz, 1e-5, 1e-5);
        Check.Close(AtDraws(term, (a, b) => Math.Log(points.Marginal(0, a) * points.Marginal(1, b)) - 2 * logN), logProduct, 1e-5, 1e-5);
    }

    /// <summary>
    /// Where the codes of N examples do not overlap, q(z) is q(z|x)/N, and the weighted estimate of it from a minibatch is low by the
    /// factor B, whatever N is.
    /// </summary>
    [Theory, InlineData(1, 1000), InlineData(4, 1000), InlineData(4, 50)]
    public void Without_overlap_the_weighted_density_is_off_by_log_B(int size, int count)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var q = new VaeSharp.Distributions.Normal(1000 * arange(size, dtype: float32).unsqueeze(1).expand(size, 2), zeros(size, 2));
        var term = Codes.Term(q, q.Rsample(3, noise));
        var logQz = TotalCorrelation.Aggregate(term, MinibatchSampling.Weighted, count).LogQz;
        Check.Close(term.Draw.LogQ! - Math.Log(count) - Math.Log(size), logQz, 1e-5, 1e-4);
    }

    /// <summary>
    /// Over all minibatches of B that hold z's own example, the mean of the stratified estimate is q(z): no chance is left in this test.
    /// The own example stands in every place of the minibatch.
    /// </summary>
    [Theory, InlineData(2), InlineData(4), InlineData(9)]
    public void The_stratified_estimate_of_the_density_is_unbiased(int size)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        const int own = 3;
        var z = points.Posterior(own).Rsample(1, noise).Z;                                       // [1, 1, 2]
        var (a, b) = (z[0, 0, 0].item<float>(), z[0, 0, 1].item<float>());
        var others = Enumerable.Range(0, TenPoints.N).Where(n => n != own).ToArray();
        for (var place = 0; place < size; place++)
        {
            var (joint, first, count) = (0.0, 0.0, 0);
            foreach (var subset in Subsets(others, size - 1))
            {
                using var inner = NewDisposeScope();
                var batch = subset.Take(place).Append(own).Concat(subset.Skip(place)).ToArray();
                var weights = MinibatchWeights.Log(MinibatchSampling.Stratified, size, TenPoints.N, CPU).exp()[place];
                joint += batch.Select((n, i) => weights[i].item<float>() * points.Density(n, a, b)).Sum();
                var q = points.Posterior(batch);
                var term = Codes.Term(q, new Draw(z.expand(1, size, 2), () => q.LogProb(z)));
                var logQz = TotalCorrelation.Aggregate(term, MinibatchSampling.Stratified, TenPoints.N).LogQz;
                first += Math.Exp(logQz[0, place].item<float>());
                count++;
            }
            Check.Close(points.Aggregate(a, b), joint / count, 1e-5);
            Check.Close(points.Aggregate(a, b), first / count, 1e-4);
        }
    }

    /// <summary>Each of the weights moves the loss by its own term, and all of them together by the divergence at the draws.</summary>
    [Theory, InlineData(MinibatchSampling.Weighted), InlineData(MinibatchSampling.Stratified)]
    public void The_loss_is_affine_in_each_weight(MinibatchSampling sampling)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var q = points.All();
        var trace = Codes.Trace(q.Rsample(3, noise).Z, q);
        var unit = new TotalCorrelationSpec { Alpha = 1, Beta = 1, Gamma = 1, Sampling = sampling };
        Check.Close(0, Codes.Loss(unit, trace));
        var terms = Codes.Losses(unit, trace);
        Check.Close(2 * terms.Term("mutual-information"), Codes.Loss(unit with { Alpha = 3 }, trace));
        Check.Close(2 * terms.Term("total-correlation"), Codes.Loss(unit with { Beta = 3 }, trace));
        Check.Close(2 * terms.Term("dimension-wise-kl"), Codes.Loss(unit with { Gamma = 3 }, trace));
        var all = Codes.Loss(unit with { Alpha = 3, Beta = 3, Gamma = 3 }, trace);
        Check.Close(2 * trace.Latents[0].LogRatio.mean().item<float>(), all, 1e-4);
    }

    [Theory, InlineData(MinibatchSampling.Weighted), InlineData(MinibatchSampling.Stratified)]
    public void A_minibatch_of_one_has_finite_terms(MinibatchSampling sampling)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var q = points.Posterior(4);
        foreach (var count in (long[])[0, 1, 1000])
        {
            var progress = new Progress(noise) { TrainingSetSize = count };
            var losses = Codes.Losses(new TotalCorrelationSpec { Sampling = sampling }, Codes.Trace(q.Rsample(1, noise).Z, q), progress);
            Assert.All(losses.Terms, term => Assert.True(Check.IsFinite(term.Value), term.Name));
        }
    }

    private static Tensor AtDraws(LatentTerm term, Func<double, double, double> function)
    {
        var z = term.Draw.Z.to_type(float64).contiguous().data<double>().ToArray();
        return tensor(z.Chunk(2).Select(pair => function(pair[0], pair[1])).ToArray()).view(term.Draw.Z.shape[..^1]);
    }

    private static IEnumerable<int[]> Subsets(int[] items, int size) => size == 0
        ? [[]]
        : items.SelectMany((item, i) => Subsets(items[(i + 1)..], size - 1).Select(rest => (int[])[item, .. rest]));
}
