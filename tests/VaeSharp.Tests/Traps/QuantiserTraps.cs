using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Tests.Conformance;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>Mistakes of well-known quantisers. Each test fails on the implementation that it is named after.</summary>
public sealed class QuantiserTraps
{
    private static readonly CodebookOptions Plain = new(Count: 512, Rounds: 0, Warmup: 1, Revival: 0);

    private static Tensor Vectors(long seed)
    {
        using var noise = new SeededNoise(seed);
        return noise.Normal([32, 4], CPU);
    }

    private static MovingAverageCodebook Codebook(CodebookOptions options)
    {
        using var noise = new SeededNoise(1);
        var codebook = new MovingAverageCodebook(4, 0.99, options);
        codebook.Initialise(noise);
        return codebook;
    }

    /// <summary>
    /// Since its change 125 Pythae sums the terms of the codebook over the batch and averages the reconstruction, so that they weigh twice
    /// as much with twice the batch. Here each example has its own share, the sum over its places.
    /// </summary>
    [Fact]
    public void P21_Pythae_sums_the_codebooks_terms_over_the_batch()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var model = Examples.Shrink(ModelZoo.Find("vq-vae").Spec).Build(Examples.Images(), noise);
        var (small, large) = (Term(8), Term(16));
        Check.Close(large.narrow(0, 0, 8), small, 1e-4, 1e-5);
        var objective = new CompositeObjective(new Elbo(new ElboSpec()), []);
        var trace = Pass(16);
        var terms = objective.Compute(model, trace, new Progress(noise)).Terms;
        Check.Close(large.mean(), terms.Single(term => term.Name == "commitment").Value);
        Assert.True(large.sum().item<float>() > 8 * large.mean().item<float>());

        Trace Pass(int count) => model.Infer(new Batch(Examples.Batch().X[..count]), 1, new Progress(noise));
        Tensor Term(int count) => Pass(count).Penalties.Single(term => term.Name == "commitment").Value;
    }

    /// <summary>
    /// Pythae's running counts start at 0 and are smoothed, its running sums at small random numbers: of 512 codes those without vectors
    /// are at about ±190 after one step, far from all data. Here a code without vectors stays where it was.
    /// </summary>
    [Fact]
    public void P21_Pythae_throws_unused_codes_away_in_the_first_step()
    {
        using var scope = NewDisposeScope();
        var codebook = Codebook(Plain);
        var before = codebook.Table.clone();
        var x = Vectors(3);
        var indices = codebook.Nearest(x);
        codebook.Update(x, indices, new Progress(new ReplayedNoise()));
        codebook.Update(x, indices, new Progress(new ReplayedNoise()));
        var used = indices.bincount(null, 512) > 0;
        Assert.InRange(used.sum().item<long>(), 1, 32);
        var moved = (codebook.Table - before).abs().amax([1L]);
        Assert.Equal(0, moved.masked_select(used.logical_not()).max().item<float>());
        Assert.True(moved.masked_select(used).min().item<float>() > 0);

        // Theirs, of the same start and vectors.
        var (counts, sums) = Clusters.Members(x, indices, 512);
        var smoothed = 0.01 * counts;
        smoothed = (smoothed + 1e-5) / (smoothed.sum() + 512 * 1e-5) * smoothed.sum();
        var theirs = (0.99 * before + 0.01 * sums) / smoothed.unsqueeze(1);
        Assert.True(theirs.abs().amax([1L]).masked_select(used.logical_not()).mean().item<float>() > 50);
        Assert.True(codebook.Table.abs().max().item<float>() < 5);
    }

    /// <summary>
    /// In Pythae, and others that decay sums and counts apart with smoothed counts, codes that nothing is near to go to 0 in the end. Here
    /// they do not move in hundreds of steps; and with revival they are at work again.
    /// </summary>
    [Fact]
    public void P21_Pythae_lets_unused_codes_drift_and_never_revives_them()
    {
        using var scope = NewDisposeScope();
        var (still, revived) = (Far(Plain), Far(Plain with { Revival = 0.3 }));
        using var noise = new SeededNoise(4);
        for (var step = 0; step < 600; step++)
        {
            var x = Vectors(10 + step);
            still.Update(x, still.Nearest(x), new Progress(noise));
            revived.Update(x, revived.Nearest(x), new Progress(noise));
        }
        Check.Close(full([256, 4], 70.0), still.Table.narrow(0, 256, 256), 0, 0);
        Assert.True(revived.Table.max().item<float>() < 6);
        var all = cat([.. Enumerable.Range(0, 400).Select(i => Vectors(5000 + i))]);
        Assert.True(revived.Nearest(all).unique().output.numel() > 0.9 * 512);
        Assert.True(still.Nearest(all).unique().output.numel() <= 256);

        // Half of the codes are where no data are.
        static MovingAverageCodebook Far(CodebookOptions options)
        {
            var codebook = Codebook(options);
            codebook.Table.narrow(0, 256, 256).fill_(70);
            return codebook;
        }
    }

    /// <summary>Pythae's codebook starts at random, whatever the vectors: here by k-means on the first batch, in their range.</summary>
    [Fact]
    public void P21_Pythae_starts_far_from_the_data()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var codebook = Codebook(Plain with { Count = 8, Rounds = 10 });
        var x = Vectors(6) + 100;
        codebook.Update(x, codebook.Nearest(x), new Progress(noise));
        Assert.True(codebook.Table.min().item<float>() > 90);
        Assert.True(codebook.Nearest(x).unique().output.numel() > 4);
    }

    /// <summary>
    /// Pythae's divergence is KL(p ‖ q), of the uniform prior from the posterior. The bound has KL(q ‖ p) = log K − H(q), and its
    /// gradient.
    /// </summary>
    [Fact]
    public void P26_Pythae_has_the_divergence_the_other_way_round()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var (x, book) = (noise.Normal([2], CPU).requires_grad_(), noise.Normal([3, 2], CPU));
        var q = (-(x - book).square().sum(dim: 1L)).log_softmax(0);
        var divergence = (q.exp() * q).sum() + Math.Log(3);
        var reverse = -q.mean() - Math.Log(3);
        divergence.backward();
        var gradient = x.grad!.clone();
        x.grad = null;
        var found = new HierarchicalCodes(x.view(1, 1, 2), [book], new LatentSpace(2)) { Temperature = 0.7 }.Rsample(1, noise).LogQ!.sum();
        found += Math.Log(3);
        found.backward();
        Check.Close(divergence, found);
        Check.Close(gradient, x.grad!, 1e-4, 1e-5);
        Assert.True(Math.Abs((divergence - reverse).item<float>()) > 1e-2);
    }

    /// <summary>PyTorch-VAE's VQ-VAE cannot sample (its issues 22 and 55). Here codes from the uniform prior decode to images.</summary>
    [Fact]
    public void A19_PyTorchVae_cannot_sample()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var model = Examples.Shrink(ModelZoo.Find("vqvae").Spec).Build(Examples.Images(), noise);
        var progress = new Progress(noise);
        var images = model.Decode(model.DrawCodes(6, null, progress)).Mean;
        Assert.Equal([6, 1, 8, 8], images.shape);
        Assert.True((images[0] - images[1]).abs().max().item<float>() > 0);
    }

    /// <summary>
    /// A19: PyTorch-VAE's reconstructions stay one blank image (its issue 51, where the advice is a lower learning rate). Its codes start
    /// within 1/K of 0, all of them next to each other beside what the encoder yields, so that few are ever chosen. Here, at its learning
    /// rate of 0.005, k-means and revival spread them, and soon images are told apart: an error that is a quarter of the mean image's at
    /// most. With a start like theirs it is not.
    /// </summary>
    [Fact]
    public void A19_PyTorchVae_reconstructs_black_images()
    {
        var (ours, theirs) = (Errors(spread: true), Errors(spread: false));
        Assert.True(ours.Error < 0.25 && ours.Codes > 20, $"{ours}");
        Assert.True(theirs.Error > 0.3 && theirs.Codes < 20, $"{theirs}: the test says nothing");

        // The squared error as a share of that of the mean image, and the number of codes that are chosen.
        static (double Error, long Codes) Errors(bool spread)
        {
            using var scope = NewDisposeScope();
            using var noise = new SeededNoise(11);
            var spec = Examples.Shrink(ModelZoo.Find("vq-vae").Spec);
            if (!spread)
                spec = spec with { Posterior = new VectorQuantisedPosteriorSpec { KMeans = 0, Revival = 0 } };
            using var training = new Steps(spec, Examples.Images(), learningRate: 0.005);
            if (!spread)
            {
                using var started = no_grad();
                var table = training.Model.parameters().Single(parameter => parameter.shape[0] == 512);
                table.copy_((2 * noise.Uniform(table.shape, CPU) - 1) / 512);
            }
            var batch = Examples.Batch();
            for (var step = 0; step < 100; step++)
                training.Step(batch);
            using var frozen = no_grad();
            var trace = training.Model.Infer(batch, 1, new Progress(noise));
            var error = (trace.Likelihood.Mean[0] - batch.X).square().sum() / (batch.X - batch.X.mean([0L])).square().sum();
            return (error.item<float>(), ((Quantised)trace.Latents[0].Posterior).Choice.Indices.unique().output.numel());
        }
    }

    /// <summary>The rows are what the papers have: 512 codes of 64 units and β = 0.25, and a weight of 1 or averages of 0.99.</summary>
    [Fact]
    public void P21_A19_E26_defaults_are_the_papers()
    {
        var byGradient = (VectorQuantisedPosteriorSpec)ModelZoo.Find("vq-vae").Spec.Posterior;
        var byAverage = (MovingAverageQuantisedPosteriorSpec)ModelZoo.Find("vq-vae-ema").Spec.Posterior;
        Assert.Equal((512, 0.25, 1.0), (byGradient.Codes, byGradient.Commitment, byGradient.Weight));
        Assert.Equal((512, 0.25, 0.99), (byAverage.Codes, byAverage.Commitment, byAverage.Decay));
        Assert.All(new[] { "vq-vae", "vq-vae-ema" }, row => Assert.Equal(64, ModelZoo.Find(row).Spec.Latent));
        var byLevel = (TwoLevelQuantisedPosteriorSpec)ModelZoo.Find("vq-vae-2").Spec.Posterior;
        Assert.Equal((512, 0.25, 0.99, 2 * 64), (byLevel.Codes, byLevel.Commitment, byLevel.Decay, ModelZoo.Find("vq-vae-2").Spec.Latent));
    }

    /// <summary>
    /// The listing of finite scalar quantisation shifts by tan(o/h), which is less than artanh(o/h), so that 0 does not stay 0. Here it
    /// does, for any number of levels.
    /// </summary>
    [Theory, InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(8)]
    public void The_listing_of_finite_scalars_moves_zero(int levels)
    {
        using var scope = NewDisposeScope();
        var bounded = new FiniteScalarQuantiser([levels]).Bounded(zeros(1, 1)).item<float>();
        Check.Close(0, bounded, 0, 1e-6);
        var scale = (levels - 1) * (1 - 1e-3) / 2;
        if (levels % 2 == 0)
            Assert.True(Math.Abs(Math.Tanh(Math.Tan(0.5 / scale)) * scale - 0.5) > 1e-5);
    }

    /// <summary>Some code takes the sum of the units' entropies for that of all codes. Where units depend it is more.</summary>
    [Fact]
    public void Some_code_adds_entropies_of_units_that_depend_on_each_other()
    {
        using var scope = NewDisposeScope();
        var logits = 20 * tensor(new[,] { { 1f, 1, 1 }, { -1, -1, -1 } });                       // all units or none
        Check.Close(Math.Log(2), LookupFreeQuantiser.OfAll(logits).item<float>(), 1e-4, 1e-4);
        var units = Enumerable.Range(0, 3).Sum(i => LookupFreeQuantiser.OfAll(logits.narrow(1, i, 1)).item<float>());
        Check.Close(3 * Math.Log(2), units, 1e-4, 1e-4);
    }

    /// <summary>
    /// Widely used code for VQ-VAE-2 (rosinality/vq-vae-2-pytorch) averages the commitment of each level over its vectors: of four times as
    /// many places, so that one at the top weighs four times as much as one at the bottom. Here they weigh the same.
    /// </summary>
    [Fact]
    public void E26_Rosinality_lets_a_vector_of_the_top_weigh_four_times_as_much()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(9);
        var latent = new LatentSpace(8) { Raster = (4, 4) };
        var posterior = new TwoLevelQuantisedPosteriorSpec { Codes = 8 }.Build(5 * 16, latent);
        posterior.Initialise(noise);
        var q = (Quantised)posterior.For(noise.Normal([3, 5 * 16], CPU), default, _ => zeros(1), new Progress(noise));
        var losses = posterior.Losses(q).ToDictionary(loss => loss.Name, loss => loss.Value.sum().item<float>());
        var (inputs, codes) = (new RasterBlocks(4, 4).Split(q.Choice.Inputs), new RasterBlocks(4, 4).Split(q.Choice.Codes));
        var (top, bottom) = ((inputs.Blocks - codes.Blocks).square(), (inputs.Places - codes.Places).square());
        var ours = losses["commitment-top"] / losses["commitment-bottom"];
        Check.Close((top.sum() / bottom.sum()).item<float>(), ours, 1e-5);
        Check.Close(4 * ours, (top.mean() / bottom.mean()).item<float>(), 1e-5);
    }

    /// <summary>A network without hidden layers is one without places: codes of one vector have one place, whatever the size.</summary>
    [Fact]
    public void Vectors_have_one_place()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var spec = Examples.Shrink(ModelZoo.Find("vq-vae").Spec) with { Network = new MlpSpec { Hidden = [] } };
        var trace = spec.Build(Examples.Images(), noise).Infer(Examples.Batch(), 1, new Progress(noise));
        Check.Close(full([1, 16], Math.Log(512)), trace.Divergence);
    }
}
