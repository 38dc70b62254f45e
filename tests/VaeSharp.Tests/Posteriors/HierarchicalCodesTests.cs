using VaeSharp.Distributions;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Codes that are drawn level by level, against sums over all of them.</summary>
public sealed class HierarchicalCodesTests
{
    private const int K = 3;

    /// <summary>q(k₁, k₂|x) of one vector, by the definition: [K·K], and the codes.</summary>
    private static (double[] Q, Tensor Codes) Enumerate(Tensor x, Tensor[] books)
    {
        var (q, codes) = (new List<double>(), new List<Tensor>());
        var first = Softmax(x, books[0]);
        for (var i = 0; i < K; i++)
        {
            var second = Softmax(x - books[0][i], books[1]);
            for (var j = 0; j < K; j++)
            {
                q.Add(first[i] * second[j]);
                codes.Add(books[0][i] + books[1][j]);
            }
        }
        return ([.. q], stack([.. codes]));

        static double[] Softmax(Tensor r, Tensor book) =>
            (-(r - book).to_type(float64).square().sum(dim: 1L)).softmax(0).data<double>().ToArray();
    }

    private static (Tensor X, Tensor[] Books) Example()
    {
        using var noise = new SeededNoise(1);
        return (noise.Normal([2], CPU), [0.8 * noise.Normal([K, 2], CPU), 0.5 * noise.Normal([K, 2], CPU)]);
    }

    private static HierarchicalCodes Of(Tensor x, Tensor[] books, double? temperature = null, double dropout = 0) =>
        new(x.view(1, 1, 2), books, new LatentSpace(2)) { Temperature = temperature, Dropout = dropout };

    /// <summary>Draws are codes, as often as their probabilities say, in training and outside.</summary>
    [Theory, InlineData(null), InlineData(0.7)]
    public void Draws_are_codes_by_their_probabilities(double? temperature)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var (x, books) = Example();
        var (q, codes) = Enumerate(x, books);
        var z = Of(x, books, temperature).Rsample(20_000, noise).Z.squeeze(1);                   // [S, 2]
        var indices = Clusters.Nearest(z, codes);
        Check.Close(codes.index_select(0, indices), z, 1e-5, 1e-5);
        Statistics.AssertFits(indices.bincount(null, K * K).data<long>().ToArray(), q);
    }

    /// <summary>The mean of log q of draws is Σ q log q: as it is outside of training, and by levels within it, with less spread.</summary>
    [Fact]
    public void The_mean_of_log_q_is_the_negative_entropy()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var (x, books) = Example();
        var expected = Enumerate(x, books).Q.Sum(p => p * Math.Log(p));
        var exact = Of(x, books).Rsample(20_000, noise).LogQ!;
        var training = Of(x, books, temperature: 0.7).Rsample(20_000, noise).LogQ!;
        Statistics.AssertMean(expected, exact);
        Statistics.AssertMean(expected, training);
        Assert.True(training.std().item<float>() < exact.std().item<float>() / 2);
    }

    /// <summary>A draw that ends behind the first level has that level's divergence and its code.</summary>
    [Fact]
    public void What_is_left_out_has_no_divergence()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (x, books) = Example();
        var draw = Of(x, books, temperature: 0.7, dropout: 0.999_999_99).Rsample(50, noise);
        var log = (-(x - books[0]).square().sum(dim: 1L)).log_softmax(0);
        Check.Close((log.exp() * log).sum().expand(50) - Math.Log(K), draw.LogQ!.squeeze(1));
        Check.Close(books[0].index_select(0, Clusters.Nearest(draw.Z.squeeze(1), books[0])), draw.Z.squeeze(1));
    }

    /// <summary>The mode, level by level.</summary>
    [Fact]
    public void Its_code_is_the_likeliest()
    {
        using var scope = NewDisposeScope();
        var (x, books) = Example();
        var first = books[0][Clusters.Nearest(x.unsqueeze(0), books[0]).item<long>()];
        var second = books[1][Clusters.Nearest((x - first).unsqueeze(0), books[1]).item<long>()];
        Check.Close(first + second, Of(x, books).Mean[0], 1e-5, 1e-6);
    }

    /// <summary>In a model: draws differ, the log has the norm loss, and rates are at most those of certain codes.</summary>
    [Fact]
    public void Draws_of_the_row_differ_and_its_rates_are_at_most_those_of_certain_codes()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var model = Examples.Shrink(ModelZoo.Find("hrq-vae").Spec).Build(Examples.Images(), noise);
        var trace = model.Infer(Examples.Batch(), 4, new Progress(noise) { Training = true });
        Assert.Equal([4, 16], trace.Divergence.shape);
        Assert.True(trace.Divergence.min().item<float>() > -1e-3 && trace.Divergence.max().item<float>() < 4 * 4 * Math.Log(64));
        Assert.True(trace.Divergence.mean().item<float>() > 1e-3);
        Assert.True((trace.Latents[0].Draw.Z[0] - trace.Latents[0].Draw.Z[1]).abs().max().item<float>() > 0);
        Assert.Equal(["norm"], trace.Penalties.Select(penalty => penalty.Name));
        Check.Close(0, trace.Penalties[0].Value.item<float>(), 0, 1e-6);                         // lengths halve: 1.5 · 0.5 is below 1
    }
}
