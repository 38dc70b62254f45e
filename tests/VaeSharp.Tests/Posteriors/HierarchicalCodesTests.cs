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
        using (no_grad())
        {
            var books = model.named_parameters().Single(p => p.name == "posterior.codebooks").parameter;
            books.div_(books.norm(2, keepdim: true));
        }
        var alike = model.Infer(Examples.Batch(), 1, new Progress(noise)).Penalties.Single().Value;
        Check.Close(4 * 0.5 * 0.25, alike.item<float>());                                        // four places, ½ (1.5 − 1)² at each
    }

    private static HierarchicalQuantisedPosterior Build(HierarchicalQuantisedPosteriorSpec spec, LatentSpace latent) =>
        (HierarchicalQuantisedPosterior)spec.Build(latent.Size, latent);

    private static Tensor Codebooks(HierarchicalQuantisedPosterior posterior) =>
        posterior.named_parameters().Single(p => p.name == "codebooks").parameter;

    private static IReadOnlyList<(string Name, Tensor Value)> Losses(HierarchicalQuantisedPosterior posterior, LatentSpace latent)
    {
        using var noise = new SeededNoise(7);
        return posterior.Losses(posterior.For(zeros(3, latent.Size), default, _ => zeros(1), new Progress(noise)));
    }

    /// <summary>
    /// Codebooks whose codes have the mean lengths 2, 4 and 3: of the quotients 2 and ¾ only the first is too large for a factor of 1.25,
    /// by 1.25 · 2 − 1 = 1.5. The loss is 0.7 · (1.5² + 0²)/2 at each of six places, and its gradient is worked out by hand: shorter codes
    /// at the second level, longer ones at the first, along the codes themselves, and nothing at the third.
    /// </summary>
    [Fact]
    public void Levels_that_are_too_long_for_the_one_in_front_have_the_norm_loss_of_the_formula()
    {
        using var scope = NewDisposeScope();
        var latent = new LatentSpace(2) { Raster = (2, 3) };
        var posterior = Build(new() { Depth = 3, Codes = 2, NormWeight = 0.7, NormFactor = 1.25 }, latent);
        var books = Codebooks(posterior);
        using (no_grad())
            books.copy_(tensor(new[] { 1f, 0, 0, -3, 3, 4, 0, 3, 0, 4, -2, 0 }).view(3, 2, 2));
        var (name, loss) = Assert.Single(Losses(posterior, latent));
        Assert.Equal("norm", name);
        Check.Close(0.7 * 6 * 1.5 * 1.5 / 2, loss.item<float>());
        loss.backward();
        const float shorter = 0.7f * 6 * 1.5f * 1.25f / 2;                                       // ∂/∂ℓ₁ = w P (γ ℓ₁/ℓ₀ − 1) γ/ℓ₀
        const float longer = -shorter * 2;                                                       // ∂/∂ℓ₀ is −ℓ₁/ℓ₀ times that
        var expected = tensor(new[] { longer, 0, 0, -longer, 0.6f * shorter, 0.8f * shorter, 0, shorter, 0, 0, 0, 0 }).view(3, 2, 2) / 2;
        Check.Close(expected, books.grad!);
    }

    /// <summary>Without a weight, and of one level, there is no such loss.</summary>
    [Theory, InlineData(3, 0), InlineData(1, 0.5)]
    public void Without_a_weight_or_a_level_in_front_there_is_no_norm_loss(int depth, double weight)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var posterior = Build(new() { Depth = depth, Codes = 2, NormWeight = weight, Shrinkage = 1 }, new LatentSpace(2));
        posterior.Initialise(noise);
        Assert.Empty(Losses(posterior, new LatentSpace(2)));
    }

    /// <summary>
    /// Codes start at the length scale · shrinkageˡ, each of them, and in uniform directions that know nothing of those of other levels:
    /// each coordinate of a uniform point of the sphere in three dimensions is uniform (Archimedes).
    /// </summary>
    [Fact]
    public void Fresh_codes_are_shorter_from_level_to_level_and_point_anywhere()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(9);
        var posterior = Build(new() { Depth = 3, Codes = 5000, Scale = 3, Shrinkage = 0.25 }, new LatentSpace(3));
        posterior.Initialise(noise);
        var books = Codebooks(posterior).detach();
        var lengths = books.norm(2, keepdim: true);                                              // [L, K, 1]
        Check.Close(tensor(new[] { 3, 0.75f, 0.1875f }).view(3, 1, 1).expand(3, 5000, 1), lengths);
        var directions = books / lengths;
        for (var level = 0; level < 3; level++)
        {
            for (var unit = 0; unit < 3; unit++)
                Statistics.AssertFits(directions[level].select(1, unit), x => 0.5 * (1 + x));
        }
        Statistics.AssertMean(0, (directions[0] * directions[1]).sum(dim: 1L));
        Statistics.AssertMean(0, (directions[1] * directions[2]).sum(dim: 1L));
    }
}
