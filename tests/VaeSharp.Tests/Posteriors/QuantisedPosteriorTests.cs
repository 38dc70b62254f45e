using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Tests.Conformance;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Models of quantised codes: their rate, their places, what they draw, and what they log.</summary>
public sealed class QuantisedPosteriorTests
{
    /// <summary>Rows with one raster of codes.</summary>
    public static TheoryData<string> Rows => [.. ModelZoo.Rows
        .Where(row => row.Spec.Posterior is QuantisedPosteriorSpec and not TwoLevelQuantisedPosteriorSpec).Select(row => row.Name)];

    private static VaeSpec Spec(string row) => Examples.Shrink(ModelZoo.Find(row).Spec);

    private static Vae Build(VaeSpec spec, long seed = 1)
    {
        using var noise = new SeededNoise(seed);
        return (Vae)spec.Build(Examples.Images(), noise);
    }

    private static Progress Progress(long seed = 2) => new(new SeededNoise(seed)) { Training = true };

    private static QuantisedPosterior PosteriorOf(Autoencoder model) => model.Side(Side.Inference).OfType<QuantisedPosterior>().Single();

    /// <summary>A code is certain, and all have the same chance: the divergence is log K for each index, whatever the code is.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void The_rate_is_the_logarithm_of_the_number_of_codes(string row)
    {
        using var scope = NewDisposeScope();
        var model = Build(Spec(row));
        var codes = PosteriorOf(model);
        var trace = model.Infer(Examples.Batch(), 3, Progress());
        var rate = codes.IndexShape.Aggregate(1L, (product, size) => product * size) * Math.Log(codes.Count);
        Assert.Equal([2, 2], codes.IndexShape[..2]);
        Assert.True(rate >= 4 * Math.Log(512));
        Check.Close(full([3, 16], rate), trace.Divergence);
        Check.Close(trace.LogLikelihood - rate, trace.LogWeight);
        Assert.Equal([3, 16], trace.Latents[0].Draw.LogQ!.shape);
    }

    /// <summary>
    /// With few codes the evidence is a sum over them all, p(x) = (1/K) Σ p(x|e), and the bound is below it, by the posterior's share.
    /// </summary>
    [Fact]
    public void The_bound_is_below_the_evidence_by_the_log_probability_of_the_code()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = Build(Spec("vq-vae") with
        {
            Latent = 2,
            Network = new MlpSpec { Hidden = [8] },
            Posterior = new VectorQuantisedPosteriorSpec { Codes = 6 },
        });
        var progress = Progress();
        var batch = Examples.Batch();
        model.Update(model.Infer(batch, 1, progress), progress);
        var codes = PosteriorOf(model).At(arange(6, dtype: int64).unsqueeze(1));                               // [K, Z]
        var all = model.Decode(codes.unsqueeze(1).expand(6, 16, 2)).LogProb(batch.X);            // log p(x|e)  [K, B]
        var evidence = all.logsumexp(0) - Math.Log(6);
        var trace = model.Infer(batch, 1, progress);
        Assert.True((trace.LogWeight[0] <= evidence).all().item<bool>());
        var chosen = ((Quantised)trace.Latents[0].Posterior).Choice.Indices.t();                 // [1, B]
        Check.Close(evidence + all.log_softmax(0).gather(0, chosen)[0], trace.LogWeight[0], 1e-4, 1e-4);
    }

    /// <summary>Probabilities of all codes, from the prior's and the posterior's densities: each sums to one.</summary>
    [Fact]
    public void Probabilities_of_codes_sum_to_one()
    {
        using var scope = NewDisposeScope();
        var model = Build(Spec("product-vq-vae") with
        {
            Latent = 4,
            Network = new MlpSpec { Hidden = [8] },
            Posterior = new ProductQuantisedPosteriorSpec { Codes = 3, Groups = 2 },
        });
        var pairs = tensor(Enumerable.Range(0, 18).Select(i => i % 2 == 0 ? i / 2 / 3 : (long)(i / 2 % 3)).ToArray()).view(9, 2);
        var codes = PosteriorOf(model).At(pairs);                                                // [9, Z]
        var term = model.Infer(Examples.Batch(), 1, Progress()).Latents[0];
        Check.Close(1, term.Prior.LogProb(codes).exp().sum().item<float>());
        Check.Close(ones(16), term.Posterior.LogProb(codes.unsqueeze(1)).exp().sum(dim: 0L));
        Check.Close(term.Draw.LogQ!, term.Posterior.LogProb(term.Draw.Z), 0, 0);
        Check.Close(codes.mean([0L]), term.Prior.Mean, 1e-5, 1e-6);
    }

    /// <summary>What the prior draws are codes, at each place any of them with the same chance and by itself.</summary>
    [Theory, InlineData("vq-vae", 512), InlineData("fsq-vae", 1000), InlineData("lfq-vae", 1024)]
    public void Codes_from_the_prior_are_uniform_over_all_codes(string row, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = Build(Spec(row));
        var posterior = PosteriorOf(model);
        var table = posterior.At(arange(count, dtype: int64).view(-1, 1, 1, 1).expand(-1, 2, 2, 1)).select(2, 0).select(2, 0);   // [K, C]
        var z = model.DrawCodes(5000, null, Progress());                                         // [N, C, 2, 2]
        var vectors = z.permute(0, 2, 3, 1).reshape(-1, z.size(1));
        var indices = Clusters.Nearest(vectors, table);
        Check.Close(table.index_select(0, indices), vectors, 0, 0);
        var counts = indices.bincount(null, count).data<long>().ToArray();
        Statistics.AssertFits(counts, [.. Enumerable.Repeat(1.0 / count, count)]);
        // Two places of an image: as many pairs of equal codes as chance has.
        var places = indices.view(5000, 4);
        var equal = places.select(1, 0).eq(places.select(1, 3)).sum().item<long>();
        Statistics.AssertFits([equal, 5000 - equal], [1.0 / count, 1 - 1.0 / count]);
    }

    /// <summary>The code of a place is that of its own features: where one place changes, no other does.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void Codes_stay_in_their_places(string row)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var spec = ModelZoo.Find(row).Spec;
        var latent = new LatentSpace(spec.Latent) { Raster = (3, 5) };
        var posterior = (QuantisedPosterior)spec.Posterior.Build(7 * 15, latent);
        posterior.Initialise(noise);
        var features = noise.Normal([2, 7, 3, 5], CPU);
        var before = Of(features);
        posterior.Update(before, new Progress(noise));                                           // makes the codebook
        before = Of(features);
        Assert.Equal([2, spec.Latent, 3, 5], before.Mean.shape);
        features.select(3, 4).select(2, 1).mul_(-5);                                             // row 1, column 4
        var after = Of(features);
        var same = before.Mean.eq(after.Mean).to_type(float32).amin([0L, 1]);                    // [h, w]
        Assert.Equal(14, same.sum().item<float>());
        Assert.Equal(0, same[1, 4].item<float>());
        // Indices have the raster's shape, and lead to the same codes.
        var indices = posterior.IndicesOf(after);
        Assert.Equal([2, .. posterior.IndexShape], indices.shape);
        Check.Close(after.Mean, posterior.At(indices), 1e-6, 1e-6);
        indices[0, 2, 0].copy_(indices[1, 0, 3]);                                                // another place's code
        var moved = posterior.At(indices);
        Check.Close(after.Mean[1].select(1, 0).select(1, 3), moved[0].select(1, 2).select(1, 0), 1e-6, 1e-6);
        Check.Close(after.Mean[1], moved[1], 1e-6, 1e-6);

        Quantised Of(Tensor grid) => (Quantised)posterior.For(grid.flatten(1), default, _ => zeros(1), new Progress(noise));
    }

    [Theory]
    [InlineData("conv", true), InlineData("resnet", true), InlineData("mlp", false), InlineData("pythae-conv", false)]
    public void Images_keep_a_raster_of_codes_where_the_network_can(string network, bool keeps)
    {
        using var scope = NewDisposeScope();
        var part = (NetworkSpec)VaeSharp.Specs.Catalogue.Find(typeof(NetworkSpec), network).Default;
        var spec = Examples.Shrink(ModelZoo.Find("vq-vae").Spec with { Latent = 8, Network = part });
        var model = Build(spec);
        Assert.Equal(keeps ? new long[] { 8, 2, 2 } : [8], model.Latent.Shape);
        Assert.Equal(keeps ? 32 : 8, model.Latent.Size);
        // Vectors stay vectors where the posterior is of another kind.
        var plain = Build(spec with { Posterior = new GaussianPosteriorSpec(), Prior = new StandardNormalPriorSpec() });
        Assert.Equal([8], plain.Latent.Shape);
    }

    /// <summary>Labels stand at every place beside the codes.</summary>
    [Fact]
    public void A_condition_reaches_every_place()
    {
        using var scope = NewDisposeScope();
        var model = Build(Spec("vq-vae") with { Condition = new VaeSharp.Conditions.LabelConditionSpec() });
        var codes = model.DrawCodes(3, zeros(3, dtype: int64), Progress());
        var (one, other) = (model.Decode(codes, zeros(3, dtype: int64)).Mean, model.Decode(codes, ones(3, dtype: int64)).Mean);
        Assert.True((one - other).abs().flatten(1).amax([1L]).min().item<float>() > 0);
        // A weight for each class, as between two labels, is told too.
        var between = model.Decode(codes, full([3, 3], 1.0 / 3)).Mean;
        Assert.Equal(one.shape, between.shape);
    }

    /// <summary>Terms are sums over places and means over examples: the same for a batch and for two of it.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void Terms_do_not_depend_on_the_size_of_the_batch(string row)
    {
        using var scope = NewDisposeScope();
        var model = Build(Spec(row));
        var batch = Examples.Batch();
        var twice = new Batch(cat([batch.X, batch.X]), cat([batch.Labels!, batch.Labels!]));
        var objective = new CompositeObjective(new Elbo(new ElboSpec()), []);
        var (one, two) = (Losses(batch), Losses(twice));
        Check.Close(one.ByPlayer[0].Loss, two.ByPlayer[0].Loss, 1e-4, 1e-4);
        Assert.Equal(one.Terms.Select(term => term.Name), two.Terms.Select(term => term.Name));
        Assert.All(one.Terms.Zip(two.Terms), pair => Check.Close(pair.First.Value, pair.Second.Value, 1e-4, 1e-4));

        Losses Losses(Batch examples) => objective.Compute(model, model.Infer(examples, 1, Progress()), Progress());
    }

    /// <summary>The loss is what it is said to be: reconstruction, rate, and the terms that the log has.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void The_loss_is_the_sum_of_its_terms(string row)
    {
        using var scope = NewDisposeScope();
        var model = Build(Spec(row));
        var objective = new CompositeObjective(new Elbo(new ElboSpec()), []);
        var losses = objective.Compute(model, model.Infer(Examples.Batch(), 1, Progress()), Progress());
        var terms = losses.Terms.ToDictionary(term => term.Name, term => term.Value.item<float>());
        Assert.InRange(terms["perplexity"], 1, 64.001);                                          // 16 images of 4 places
        Assert.InRange(terms["usage"], 1e-6, 1);
        Check.Close(terms.Where(term => term.Key is not ("perplexity" or "usage")).Sum(term => (double)term.Value),
            losses.ByPlayer.Single().Loss.item<float>(), 1e-5, 1e-4);
    }

    /// <summary>Of codes chosen 1, 1, 2 and 4 times out of eight: exp(−Σ p log p), and half of eight codes.</summary>
    [Fact]
    public void Perplexity_and_usage_are_those_of_the_chosen_codes()
    {
        using var scope = NewDisposeScope();
        var posterior = PosteriorOf(Build(Spec("vq-vae") with { Posterior = new VectorQuantisedPosteriorSpec { Codes = 8 } }));
        var indices = tensor(new long[] { 5, 0, 3, 3, 7, 7, 7, 7 }).unsqueeze(1);
        var choice = new Quantisation(zeros(8, 64), zeros(8, 64), indices, []);
        var measures = posterior.Measures(new Quantised(zeros(2, 64, 2, 2), choice, posterior));
        Check.Close(Math.Exp(2 * Math.Log(8) / 8 + Math.Log(4) / 4 + Math.Log(2) / 2), measures[0].Value.item<float>());
        Check.Close(0.5, measures[1].Value.item<float>());
        Assert.Equal(["perplexity", "usage"], measures.Select(measure => measure.Name));
    }

    /// <summary>The codebook is part of the model: it moves in a step, and is in the weights.</summary>
    [Theory, InlineData("vq-vae"), InlineData("vq-vae-ema"), InlineData("residual-vq-vae"), InlineData("product-vq-vae")]
    public void The_codebook_is_kept_with_the_weights(string row)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Spec(row), Examples.Images());
        var before = Books().Select(book => book.clone()).ToList();
        Assert.NotEmpty(before);
        training.Step(Examples.Batch());
        Assert.All(before.Zip(Books()), pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() > 1e-3));

        IEnumerable<Tensor> Books() => training.Model.state_dict().Where(tensor => tensor.Key.EndsWith(".codes", StringComparison.Ordinal))
            .Select(tensor => tensor.Value.detach());
    }

    /// <summary>A number of units that a part cannot have is refused with the number that it can.</summary>
    [Fact]
    public void Units_that_do_not_fit_are_refused()
    {
        Assert.Contains("set latent to 4", Refusal(ModelZoo.Find("fsq-vae").Spec with { Latent = 5 }));
        Assert.Contains("choose a multiple", Refusal(ModelZoo.Find("product-vq-vae").Spec with { Latent = 63 }));
        Assert.Contains("20 units at most", Refusal(ModelZoo.Find("lfq-vae").Spec with { Latent = 21 }));

        static string Refusal(VaeSpec spec) => Assert.Single(Compatibility.Violations(spec)).Message;
    }

    /// <summary>It learns with either gradient, also beside a likelihood of two numbers for each pixel.</summary>
    [Theory, InlineData(CodeGradient.StraightThrough), InlineData(CodeGradient.Rotation)]
    public void It_learns_by_either_gradient(CodeGradient gradient)
    {
        using var scope = NewDisposeScope();
        var spec = Spec("vq-vae-ema") with
        {
            Posterior = new MovingAverageQuantisedPosteriorSpec { Gradient = gradient, Codes = 64 },
            Likelihood = new LearnedGaussianLikelihoodSpec(),
        };
        using var training = new Steps(spec, Examples.Images(), learningRate: 3e-3);
        var losses = Enumerable.Range(0, 120).Select(_ => training.Step(Examples.Batch())[training.First]).ToList();
        Assert.True(losses[^5..].Average() < losses[..5].Average() - 10, $"{losses[..5].Average()} → {losses[^5..].Average()}");
    }
}
