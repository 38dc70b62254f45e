using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Tests.Conformance;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Codes at two resolutions: what each level sees, chooses, loses and passes back.</summary>
public sealed class TwoLevelQuantisedPosteriorTests
{
    private const int F = 6;

    private static readonly TwoLevelQuantisedPosteriorSpec Few = new() { Codes = 7, KMeans = 0, Revival = 0 };

    /// <summary>Even and odd rasters; 0 × 0 stands for a code of one vector.</summary>
    public static TheoryData<int, int> Rasters => new() { { 4, 4 }, { 3, 5 }, { 7, 7 }, { 2, 3 }, { 1, 1 }, { 1, 6 }, { 0, 0 } };

    private static LatentSpace Space(int height, int width, long units = 8) =>
        new(units) { Raster = height == 0 ? null : (height, width) };

    // With codes that are as far apart as vectors are, so that many are chosen.
    private static TwoLevelQuantisedPosterior Build(LatentSpace latent, TwoLevelQuantisedPosteriorSpec? spec = null, long seed = 1)
    {
        using var noise = new SeededNoise(seed);
        var posterior = (TwoLevelQuantisedPosterior)(spec ?? Few).Build(F * latent.Places, latent);
        posterior.Initialise(noise);
        using var frozen = no_grad();
        foreach (var table in new[] { Table(posterior, "top"), Table(posterior, "bottom") })
            table.copy_(0.7 * noise.Normal(table.shape, CPU));
        return posterior;
    }

    private static Tensor Table(TwoLevelQuantisedPosterior posterior, string level) => posterior.named_buffers()
        .Single(buffer => buffer.name == $"{level}.codebooks.0.codes").buffer;

    private static Tensor Features(LatentSpace latent, int count = 5, long seed = 2)
    {
        using var noise = new SeededNoise(seed);
        return noise.Normal([count, F * latent.Places], CPU);
    }

    private static Quantised Of(TwoLevelQuantisedPosterior posterior, Tensor features)
    {
        using var noise = new SeededNoise(3);
        return (Quantised)posterior.For(features, default, _ => zeros(1), new Progress(noise));
    }

    private static TwoLevelVectors VectorsOf(TwoLevelQuantisedPosterior posterior) =>
        posterior.named_modules().Select(part => part.module).OfType<TwoLevelVectors>().Single();

    private static (Tensor Blocks, Tensor Places) Split(LatentSpace latent, Tensor both) =>
        new RasterBlocks(latent.Raster?.Height ?? 1, latent.Raster?.Width ?? 1).Split(both);

    /// <summary>
    /// Algorithm 1, written out: the top's code is the nearest to the top's vector, the bottom's to a vector that is made with the top's
    /// code; the losses are those of each level, summed over its places.
    /// </summary>
    [Theory, MemberData(nameof(Rasters))]
    public void Each_level_has_the_nearest_code_to_its_vector(int height, int width)
    {
        using var scope = NewDisposeScope();
        var latent = Space(height, width);
        var (posterior, features) = (Build(latent), Features(latent));
        var q = Of(posterior, features);
        var (top, bottom) = (Table(posterior, "top"), Table(posterior, "bottom"));
        var indices = Split(latent, q.Choice.Indices);
        var above = VectorsOf(posterior).OfBlocks(features);
        Check.Close(cdist(above, top).argmin(1), indices.Blocks.squeeze(1), 0, 0);
        var chosen = top.index_select(0, indices.Blocks.squeeze(1));
        var below = VectorsOf(posterior).OfPlaces(features, chosen);
        Check.Close(cdist(below, bottom).argmin(1), indices.Places.squeeze(1), 0, 0);
        var losses = posterior.Losses(q).ToDictionary(loss => loss.Name, loss => loss.Value);
        Assert.Equal(["commitment-bottom", "commitment-top"], losses.Keys.Order());
        Check.Close(0.25 * (above - chosen).square().view(5, -1).sum(dim: 1L), losses["commitment-top"], 1e-4, 1e-5);
        var codes = bottom.index_select(0, indices.Places.squeeze(1));
        Check.Close(0.25 * (below - codes).square().view(5, -1).sum(dim: 1L), losses["commitment-bottom"], 1e-4, 1e-5);
        // Bottom units first, and a block's code at all its places.
        var code = q.Mean.view(5, 8, -1);                                                        // [B, C, h·w]
        Check.Close(codes.view(5, -1, 4).transpose(1, 2), code.narrow(1, 0, 4), 0, 0);
        for (var place = 0; place < latent.Places; place++)
        {
            var block = height == 0 ? 0 : place / width / 2 * ((width + 1) / 2) + place % width / 2;
            Check.Close(chosen.view(5, -1, 4).select(1, block), code.narrow(1, 4, 4).select(2, place), 0, 0);
        }
    }

    /// <summary>
    /// Straight through both levels the gradient is that of the vectors themselves, as if nothing were quantised: layers behind the top's
    /// code are linear, so that its value has no part in it.
    /// </summary>
    [Theory, MemberData(nameof(Rasters))]
    public void The_gradient_passes_straight_through_both_levels(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var latent = Space(height, width);
        var (posterior, features) = (Build(latent), Features(latent).requires_grad_());
        posterior.Set("vectors.stack.0.second.weight", noise.Normal([F, F, 1, 1], CPU));
        var slope = noise.Normal([5, .. latent.Shape], CPU);
        var found = Gradients((Of(posterior, features).Mean * slope).sum());
        var vectors = VectorsOf(posterior);
        var above = vectors.OfBlocks(features);
        var below = vectors.OfPlaces(features, above);
        var raster = new RasterBlocks(latent.Raster?.Height ?? 1, latent.Raster?.Width ?? 1);
        var plain = latent.Placed(cat([below, raster.Spread(above)], dim: 1).view(5, latent.Places, 8));
        var expected = Gradients((plain * slope).sum());
        Assert.Equal(expected.Count, found.Count);
        foreach (var (name, gradient) in expected.Where(one => one.Key != "vectors.doubling.weight" && one.Key != "vectors.bottom.weight"))
            Check.Close(gradient, found[name], 1e-4, 1e-4);                                      // those two are multiplied with the code
        Assert.True(found["vectors.top.weight"].abs().max().item<float>() > 0);
        Assert.True(found["vectors.halving.weight"].abs().max().item<float>() > 0);

        Dictionary<string, Tensor> Gradients(Tensor loss)
        {
            var all = posterior.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Append(("features", features)).ToList();
            foreach (var (_, value) in all)
                value.grad = null;
            loss.backward();
            return all.Where(one => one.Item2.grad is not null).ToDictionary(one => one.Item1, one => one.Item2.grad!.clone());
        }
    }

    /// <summary>Indices lead back to the code to the last bit; those that do not exist are 0, and have no part in it.</summary>
    [Theory, MemberData(nameof(Rasters))]
    public void Indices_lead_back_to_the_code(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var latent = Space(height, width);
        var (posterior, features) = (Build(latent), Features(latent));
        var q = Of(posterior, features);
        var indices = posterior.IndicesOf(q);
        Assert.Equal(height == 0 ? new long[] { 5, 5 } : [5, (height + 1) / 2, (width + 1) / 2, 5], indices.shape);
        Check.Close(q.Mean, posterior.At(indices), 0, 0);
        var exist = posterior.Exists ?? [.. Enumerable.Repeat(true, (int)indices[0].numel())];
        Assert.Equal(height % 2 == 0 && width % 2 == 0 && height > 0, posterior.Exists is null);
        for (var i = 0; i < exist.Count; i++)
        {
            var other = indices.clone().view(5, -1);
            if (!exist[i])
                Assert.Equal(0, other.select(1, i).max().item<long>());
            other.select(1, i).add_(1).remainder_(7);
            var moved = (posterior.At(other.view(indices.shape)) - q.Mean).abs().view(5, 2, 4, -1).amax([2L]) > 0;
            var counts = moved.sum(dim: 2L);                                                     // places whose code moved  [B, level]
            var (isTop, block) = (i % 5 == 0, i / 5 * 5);
            Assert.Equal(isTop || !exist[i] ? 0 : 1, counts.select(1, 0).min().item<long>());
            Assert.Equal(isTop ? exist.Skip(block + 1).Take(4).Count(one => one) : 0, counts.select(1, 1).min().item<long>());
            Check.Close(counts.amin([0L]), counts.amax([0L]), 0, 0);
        }
    }

    /// <summary>All codes of the prior have the same probability: (n₁ + n₂) log K, of the indices that exist.</summary>
    [Theory, InlineData(8, 1 + 4), InlineData(12, 4 + 9), InlineData(16, 4 + 16), InlineData(5, 1 + 4), InlineData(3, 1 + 1)]
    public void The_rate_is_that_of_the_indices_that_exist(int side, int indices)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var model = Examples.Shrink(ModelZoo.Find("vqvae2").Spec).Build(Examples.Images(side: side), noise);
        var trace = model.Infer(Examples.Batch(count: 3, side: side), 2, new Progress(noise));
        Assert.Equal(indices, model.Codes!.IndexCount);
        Check.Close(full([2, 3], indices * Math.Log(512)), trace.Divergence, 1e-6, 1e-5);
        Check.Close(trace.LogLikelihood - indices * Math.Log(512), trace.LogWeight, 1e-5, 1e-4);
    }

    /// <summary>
    /// Every way to choose the indices of a raster of 1 × 3 (two blocks, three places) is a code of its own: their probabilities sum to
    /// one, their mean is the prior's, and draws are uniform over them.
    /// </summary>
    [Fact]
    public void Codes_are_as_many_as_their_indices_say()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(6);
        var posterior = Build(Space(1, 3), Few with { Codes = 2 });
        var codes = posterior.At(AllOfThree(posterior));
        Assert.Equal(32, codes.flatten(1).unique(dim: 0).output.size(0));
        var prior = new UniformCodes(posterior, CPU);
        Check.Close(1, prior.LogProb(codes).exp().sum().item<float>());
        Check.Close(codes.mean([0L]), prior.Mean, 1e-5, 1e-6);
        Statistics.AssertFits(Histogram(prior.Sample(16_000, noise), codes), [.. Enumerable.Repeat(1 / 32.0, 32)]);
    }

    /// <summary>
    /// An autoregressive prior has probabilities of the indices that exist: they sum to one over all codes, draws are as often each code as
    /// its probability says, and an index of a place knows that of its block, which knows of none behind it.
    /// </summary>
    [Fact]
    public void An_autoregressive_prior_is_one_of_the_indices_that_exist()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(6);
        var posterior = Build(Space(1, 3), Few with { Codes = 2 });
        var prior = new PixelCnnPrior(new PixelCnnPriorSpec { Layers = 3, Width = 20, Reach = 1 }, posterior, classes: 0);
        prior.Initialise(noise);
        prior.Set("network.output.weight", 20 * prior.Weight("network.output.weight"));           // far from uniform
        var (p, all) = ((AutoregressiveCodes)prior.For(null!, null, CPU), AllOfThree(posterior));
        var logP = p.LogProbAt(all);
        Check.Close(1, logP.exp().sum().item<float>());
        Assert.True((logP.max() - logP.min()).item<float>() > 1, "all are as likely: the test says nothing");
        double[] chances = [.. logP.to_type(float64).exp().data<double>()];
        Statistics.AssertFits(Histogram(p.Sample(16_000, noise), posterior.At(all)), [.. chances.Select(chance => chance / chances.Sum())]);

        // p(first block's index) by the bits of all five, which stand in the order of the draws: k₂, k₁, k₁', k₂', k₁''.
        var byBits = logP.exp().view(2, 2, 2, 2, 2);
        var (top, place) = (byBits.sum([1L, 2, 3, 4]), byBits.sum([2L, 3, 4]) / byBits.sum([1L, 2, 3, 4]).unsqueeze(1));
        var network = (PixelCnn)prior.named_modules().Single(part => part.name == "network").module;
        var found = network.Of(all, null).softmax(-1L).view(32, 10, 2);
        Check.Close(top.unsqueeze(0).expand(32, 2), found.select(1, 0), 1e-4, 1e-5);
        Check.Close(place.index_select(0, all.view(32, 10).select(1, 0)), found.select(1, 1), 1e-4, 1e-5);
        Assert.True((place[0] - place[1]).abs().max().item<float>() > 1e-3);
    }

    // The indices of all codes of 1 × 3 places and K = 2, counted upwards with the last as the lowest bit: [32, 1, 2, 5].
    private static Tensor AllOfThree(ICodes codes)
    {
        var free = Enumerable.Range(0, 10).Where(i => codes.Exists![i]).ToList();
        Assert.Equal([0, 1, 2, 5, 6], free);
        var all = zeros([32, 10], int64);
        for (var code = 0; code < 32; code++)
        {
            for (var bit = 0; bit < 5; bit++)
                all[code, free[bit]] = code >> (4 - bit) & 1;
        }
        return all.view(32, 1, 2, 5);
    }

    // How often each code is among draws, each of which is one of them.
    private static long[] Histogram(Tensor draws, Tensor codes)
    {
        var same = (draws.flatten(1).unsqueeze(1) - codes.flatten(1)).abs().amax([2L]) < 1e-6;   // [N, K]
        Assert.Equal(draws.size(0), same.sum().item<long>());
        return same.sum(dim: 0L).data<long>().ToArray();
    }

    /// <summary>
    /// With the weights of the top's codes at 0, the bottom is plain vector quantisation: its codes, losses, gradients and steps.
    /// </summary>
    [Theory, MemberData(nameof(Rasters))]
    public void Without_the_top_the_bottom_is_vector_quantisation(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var latent = Space(height, width);
        var (posterior, features) = (Build(latent), Features(latent).requires_grad_());
        using (no_grad())
            posterior.Weight("vectors.bottom.weight").narrow(1, F, 4).zero_();
        var plain = (QuantisedPosterior)new MovingAverageQuantisedPosteriorSpec { Codes = 7, KMeans = 0, Revival = 0 }
            .Build(F * latent.Places, latent with { Units = 4 });
        plain.Set("vector.weight", posterior.Weight("vectors.bottom.weight").narrow(1, 0, F));
        plain.Set("vector.bias", posterior.Weight("vectors.bottom.bias"));
        var table = plain.named_buffers().Single(buffer => buffer.name.EndsWith(".codes", StringComparison.Ordinal)).buffer;
        using (no_grad())
            table.copy_(Table(posterior, "bottom"));
        for (var step = 0; step < 3; step++)
        {
            var q = Of(posterior, features);
            var expected = (Quantised)plain.For(features, default, _ => zeros(1), new Progress(noise));
            Check.Close(expected.Mean, q.Mean.narrow(1, 0, 4), 1e-6, 1e-6);
            var loss = posterior.Losses(q).Single(term => term.Name == "commitment-bottom").Value;
            Check.Close(plain.Losses(expected).Single().Value, loss, 1e-5, 1e-5);
            Check.Close(Gradient(plain.Losses(expected).Single().Value), Gradient(loss), 1e-4, 1e-5);
            Check.Close(Gradient(expected.Mean.square().flatten(1)), Gradient(q.Mean.narrow(1, 0, 4).square().flatten(1)), 1e-4, 1e-5);
            plain.Update(expected, new Progress(noise) { Step = step });
            posterior.Update(q, new Progress(noise) { Step = step });
            Check.Close(table, Table(posterior, "bottom"), 1e-5, 1e-6);
        }

        Tensor Gradient(Tensor loss)
        {
            features.grad = null;
            loss.sum().backward(null!, retain_graph: true, create_graph: false, [features]);
            return features.grad!.clone();
        }
    }

    /// <summary>
    /// The bottom is chosen with the help of the top: other codes there move its vectors, but only in the block and the places next to it,
    /// which the transposed convolution reaches.
    /// </summary>
    [Fact]
    public void The_bottom_knows_the_top_around_it()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var latent = Space(7, 7);
        var (posterior, features) = (Build(latent), Features(latent, count: 1));
        var codes = Split(latent, Of(posterior, features).Choice.Codes).Blocks;                  // [4 · 4, 4]
        var before = VectorsOf(posterior).OfPlaces(features, codes);
        var other = codes.clone();
        other[1 * 4 + 2] += 1;                                                                   // rows 2 and 3, columns 4 and 5
        var moved = ((VectorsOf(posterior).OfPlaces(features, other) - before).abs().amax([1L]) > 1e-7).view(7, 7);
        for (var y = 0; y < 7; y++)
        {
            for (var x = 0; x < 7; x++)
                Assert.Equal(y is >= 1 and <= 4 && x is >= 3 and <= 6, moved[y, x].item<bool>());
        }
        // And with another codebook at the top other indices at the bottom, for the same features.
        var indices = posterior.IndicesOf(Of(posterior, features))[0];
        Table(posterior, "top").mul_(-1).add_(1);
        var changed = posterior.IndicesOf(Of(posterior, features))[0].ne(indices);
        Assert.True(changed.narrow(-1, 1, 4).sum().item<long>() > 5);
    }

    /// <summary>
    /// Without a past each level's codes become the means of their vectors: of those that exist, as no zeros come in from the border.
    /// </summary>
    [Theory, MemberData(nameof(Rasters))]
    public void Each_level_follows_its_own_vectors(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        var latent = Space(height, width);
        var (posterior, features) = (Build(latent, Few with { Decay = 0 }), Features(latent));
        var q = Of(posterior, features);
        var (inputs, indices) = (Split(latent, q.Choice.Inputs), Split(latent, q.Choice.Indices));
        var expected = new[] { Means(inputs.Blocks, indices.Blocks, "top"), Means(inputs.Places, indices.Places, "bottom") };
        posterior.Update(q, new Progress(noise));                                                // the first begins to count
        posterior.Update(q, new Progress(noise) { Step = 1 });
        Check.Close(expected[0], Table(posterior, "top"), 1e-5, 1e-6);
        Check.Close(expected[1], Table(posterior, "bottom"), 1e-5, 1e-6);
        Assert.Equal(5 * latent.Places, inputs.Places.size(0));

        Tensor Means(Tensor x, Tensor chosen, string level)
        {
            var table = Table(posterior, level).clone();
            foreach (var k in chosen.flatten().data<long>().ToArray().Distinct())
                table[k] = x.index_select(0, chosen.squeeze(1).eq(k).nonzero().squeeze(1)).mean([0L]);
            return table;
        }
    }

    /// <summary>The log has both levels, each by itself, and places that do not exist use no code.</summary>
    [Fact]
    public void The_log_has_both_levels()
    {
        using var scope = NewDisposeScope();
        var latent = Space(1, 3);
        var posterior = Build(latent, Few with { Codes = 8 });
        var indices = tensor(new long[] { 2, 5, 7, 0, 0, 2, 5, 0, 0, 0 }).view(2, 5);            // of two blocks, 2 and 1 places
        var choice = new Quantisation(zeros(2, 20), zeros(2, 20), indices, []);
        var q = new Quantised(zeros(1, 8, 1, 3), choice, posterior);
        var measures = posterior.Measures(q).ToDictionary(one => one.Name, one => one.Value);
        Assert.Equal(["perplexity-bottom", "perplexity-top", "usage-bottom", "usage-top"], measures.Keys.Order());
        Check.Close(1, measures["perplexity-top"].item<float>());
        Check.Close(1 / 8.0, measures["usage-top"].item<float>());
        Check.Close(Math.Exp(Math.Log(3) - 2 / 3.0 * Math.Log(2)), measures["perplexity-bottom"].item<float>());
        Check.Close(2 / 8.0, measures["usage-bottom"].item<float>());
    }

    /// <summary>The loss is reconstruction, rate and the losses of both levels, and the same for a batch and for two of it.</summary>
    [Fact]
    public void The_loss_is_the_sum_of_its_terms_whatever_the_batch()
    {
        using var scope = NewDisposeScope();
        using var seed = new SeededNoise(9);
        var model = Examples.Shrink(ModelZoo.Find("vq-vae-2").Spec).Build(Examples.Images(side: 12), seed);
        var batch = Examples.Batch(side: 12);
        var (one, two) = (Losses(batch), Losses(new Batch(cat([batch.X, batch.X]))));
        var terms = one.Terms.ToDictionary(term => term.Name, term => (double)term.Value.item<float>());
        var logged = terms.Keys.Where(name => name.StartsWith("perplexity-") || name.StartsWith("usage-")).ToList();
        Assert.Equal(4, logged.Count);
        Assert.Equal(["commitment-bottom", "commitment-top", "kl", "reconstruction"], terms.Keys.Except(logged).Order());
        var sum = terms.Where(term => !logged.Contains(term.Key)).Sum(term => term.Value);
        Check.Close(sum, one.ByPlayer.Single().Loss.item<float>(), 1e-5, 1e-3);
        foreach (var (name, value) in two.Terms)
            Check.Close(terms[name], value.item<float>(), 1e-4, 1e-4);

        Losses Losses(Batch examples)
        {
            using var noise = new SeededNoise(10);
            var progress = new Progress(noise) { Training = true };
            return new CompositeObjective(new Elbo(new ElboSpec()), []).Compute(model, model.Infer(examples, 1, progress), progress);
        }
    }

    /// <summary>An odd number of units cannot be divided.</summary>
    [Fact]
    public void An_odd_number_of_units_is_refused() => Assert.Contains("choose an even number",
        Assert.Single(Compatibility.Violations(ModelZoo.Find("vq-vae-2").Spec with { Latent = 7 })).Message);

    /// <summary>A network without places has one block of one place, and trains.</summary>
    [Fact]
    public void Without_a_raster_there_are_two_codes()
    {
        using var scope = NewDisposeScope();
        var spec = Examples.Shrink(ModelZoo.Find("vq-vae-2").Spec) with
        {
            Network = new MlpSpec { Hidden = [16] },
            Posterior = new TwoLevelQuantisedPosteriorSpec { Codes = 16 },
        };
        using var training = new Steps(spec, Examples.Images(), learningRate: 3e-3);
        Assert.Equal(2, training.Model.Codes!.IndexCount);
        var losses = Enumerable.Range(0, 100).Select(_ => training.Step(Examples.Batch())[training.First]).ToList();
        Assert.True(losses[^5..].Average() < losses[..5].Average() - 5, $"{losses[..5].Average()} → {losses[^5..].Average()}");
    }
}
