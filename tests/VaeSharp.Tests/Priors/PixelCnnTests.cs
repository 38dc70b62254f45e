using VaeSharp.Conditions;
using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Optimizers;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Priors;

/// <summary>An autoregressive prior: who sees whom, and sums over all codes of small rasters.</summary>
public sealed class PixelCnnTests
{
    private static readonly PixelCnnPriorSpec Narrow = new() { Layers = 3, Width = 12, Reach = 1 };

    /// <summary>Number of values of an index, and the shape of the indices: few enough codes to add up all of them.</summary>
    public static TheoryData<int, long[]> Rasters => new()
    {
        { 3, [2, 2, 1] }, { 2, [1, 2, 2] }, { 2, [2, 2, 2] }, { 3, [3] }, { 5, [1] }, { 2, [3, 1, 2] },
    };

    // Far from uniform: the last layer's weights are four times as large.
    private static PixelCnnPrior Prior(ICodes codes, long classes = 0, long seed = 1, PixelCnnPriorSpec? spec = null)
    {
        using var noise = new SeededNoise(seed);
        var prior = new PixelCnnPrior(spec ?? Narrow, codes, classes);
        prior.Initialise(noise);
        prior.Set("network.output.weight", 4 * prior.Weight("network.output.weight"));
        prior.Set("network.output.bias", noise.Normal(prior.Weight("network.output.bias").shape, CPU));
        return prior;
    }

    private static AutoregressiveCodes Of(Prior prior, Tensor? labels = null) => (AutoregressiveCodes)prior.For(null!, labels, CPU);

    /// <summary>
    /// The derivatives of the logits of each index are 0 in all that stands for itself and what comes behind it, and not 0 in all that
    /// stands for what is in front of it, to the farthest corner: there is no blind spot.
    /// </summary>
    [Theory]
    [InlineData(4, 5, 1, 5, 1)]
    [InlineData(3, 7, 1, 3, 2)]
    [InlineData(5, 2, 2, 4, 1)]
    [InlineData(3, 3, 3, 3, 1)]
    [InlineData(1, 6, 1, 5, 1)]
    [InlineData(6, 1, 2, 5, 1)]
    [InlineData(1, 1, 4, 2, 2)]
    public void Logits_depend_on_exactly_the_indices_in_front(int height, int width, int depth, int layers, int reach)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var network = new PixelCnn(new PixelCnnPriorSpec { Layers = layers, Width = 8 * depth, Reach = reach }, 3, depth, classes: 0);
        Initialisation.Initialise(network, noise);
        var x = noise.Normal([4, 8 * depth, height, width], CPU).requires_grad_();
        var logits = network.LogitsOf(x, told: null);
        Assert.Equal([4, height, width, depth, 3], logits.shape);
        var values = logits.square().sum(dim: -1L).reshape(4, -1);                               // [B, n], in the order of the draws
        for (var i = 0; i < values.size(1); i++)
        {
            x.grad = null;
            values.select(1, i).sum().backward(null!, retain_graph: true, create_graph: false, [x]);
            var slopes = x.grad!.abs().reshape(4, depth, 8, height, width).amax([0L, 2L]).permute(1, 2, 0).flatten();   // [n]
            for (var j = 0; j < values.size(1); j++)
                Assert.True((j < i) == (slopes[j].item<float>() > 0), $"index {i} and index {j}: {slopes[j].item<float>()}");
        }
    }

    /// <summary>What is farther off than layers reach is not seen: the test above would say so.</summary>
    [Fact]
    public void Few_layers_do_not_see_the_far_end_of_a_row()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var network = new PixelCnn(new PixelCnnPriorSpec { Layers = 2, Width = 8, Reach = 1 }, 3, 1, classes: 0);
        Initialisation.Initialise(network, noise);
        var x = noise.Normal([4, 8, 1, 6], CPU).requires_grad_();
        network.LogitsOf(x, told: null).select(2, 5).square().sum().backward();
        var slopes = x.grad!.abs().amax([0L, 1L, 2L]);
        Assert.Equal([false, false, false, true, true, false], Enumerable.Range(0, 6).Select(j => slopes[j].item<float>() > 0));
    }

    /// <summary>A draw asks for the logits of a row at a time: they are what they are with all rows.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void A_row_by_itself_has_the_logits_that_it_has_among_all(int row)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(4);
        var indices = (4 * noise.Uniform([5, 3, 4, 2], CPU)).to_type(int64);
        foreach (var told in (Tensor?[])[null, noise.Uniform([5, 3], CPU)])
        {
            var network = new PixelCnn(Narrow, 4, 2, classes: told is null ? 0 : 3);
            Initialisation.Initialise(network, noise);
            var alone = network.OfRow(indices.narrow(1, 0, row), told)(indices.narrow(1, row, 1));
            Check.Close(network.Of(indices, told).narrow(1, row, 1), alone, 1e-5, 1e-5);
        }
    }

    /// <summary>Many codes are computed in pieces: they have the probabilities that they have in others.</summary>
    [Fact]
    public void Pieces_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(14);
        var codes = new PlainCodes(512, 7, 7, 1);                                                // 25,088 logits each
        var p = Of(Prior(codes, spec: new PixelCnnPriorSpec { Layers = 1, Width = 4, Reach = 1 }));
        var indices = (512 * noise.Uniform([1500, 7, 7, 1], CPU)).to_type(int64);
        Check.Close(cat([.. indices.split(700).Select(p.LogProbAt)]), p.LogProbAt(indices), 1e-4, 1e-3);
    }

    [Theory, MemberData(nameof(Rasters))]
    public void Probabilities_of_all_codes_sum_to_one(int count, long[] shape)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var codes = new PlainCodes(count, shape);
        var (prior, all) = (Prior(codes), codes.All());
        var p = Of(prior).LogProbAt(all).exp();
        Assert.Equal([all.size(0)], p.shape);
        Check.Close(1, p.sum().item<float>());
        Assert.True((p.max() / p.min()).item<float>() > 2, "all are as likely: the test says nothing");

        // Under each of three labels too, and under a half of two.
        var told = Prior(codes, classes: 3);
        var labels = tensor(new[] { 1f, 0, 0, 0, 1, 0, 0, 0, 1, 0.5f, 0.5f, 0 }).view(4, 3);
        var byLabel = Of(told, labels).LogProbAt(all.unsqueeze(1).expand([all.size(0), 4, .. shape])).exp();   // [Kⁿ, 4]
        Check.Close(ones(4), byLabel.sum(dim: 0L));
        Assert.True((byLabel.select(1, 0) - byLabel.select(1, 1)).abs().max().item<float>() > 1e-3);
        var classes = Of(told, arange(3, dtype: int64)).LogProbAt(all.unsqueeze(1).expand([all.size(0), 3, .. shape])).exp();
        Check.Close(byLabel.narrow(1, 0, 3), classes, 1e-5, 1e-6);
    }

    /// <summary>
    /// Each index has the probabilities that follow from those of whole codes, summed over what comes behind it and divided by what is in
    /// front of it: so they are conditional on what is in front of it and on nothing else.
    /// </summary>
    [Fact]
    public void An_index_has_the_conditional_probabilities_of_sums_over_whole_codes()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var codes = new PlainCodes(3, 2, 2, 1);
        var (prior, all) = (Prior(codes), codes.All());
        var p = Of(prior).LogProbAt(all).to_type(float64).exp().view(3, 3, 3, 3);
        var expected = new List<Tensor>();
        foreach (var code in all.flatten(1).unbind(0))
        {
            var left = p;                                                                        // p of what is in front, and all behind
            foreach (var index in code.data<long>().ToArray())
            {
                expected.Add(left.reshape(3, -1).sum(dim: 1L).log().log_softmax(-1L));           // [K]
                left = left[index];
            }
        }
        var found = LogitsOf(prior, codes).Of(all, null).log_softmax(-1L);                          // [81, 2, 2, 1, K]
        Check.Close(stack(expected).view(81, 2, 2, 1, 3), found, 1e-4, 1e-4);
    }

    /// <summary>Draws are as often each code as its probability says: χ², also at other temperatures and under labels.</summary>
    [Theory, MemberData(nameof(Rasters))]
    public void Draws_follow_the_probabilities(int count, long[] shape)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(6);
        var codes = new PlainCodes(count, shape);
        var (prior, all) = (Prior(codes), codes.All());
        var p = Of(prior);
        var z = p.Sample(10_000, noise);
        Assert.Equal([10_000, .. codes.Shape], z.shape);
        AssertFits(codes.Histogram(codes.Back(z)), p.LogProbAt(all));

        // p(kᵢ | …)^(1/τ), each made to sum to 1: the logits divided by τ.
        foreach (var temperature in new[] { 0.6, 1.5 })
        {
            var flat = new AutoregressiveCodes(codes, new Divided(LogitsOf(prior, codes), temperature), null, CPU);
            AssertFits(codes.Histogram(codes.Back(p.Sample(10_000, noise, temperature))), flat.LogProbAt(all));
        }

        var byLabel = Of(Prior(codes, classes: 2), tensor(new long[] { 1, 0 }));
        var draws = byLabel.Sample(10_000, noise);
        Assert.Equal([10_000, 2, .. codes.Shape], draws.shape);
        var logP = byLabel.LogProbAt(all.unsqueeze(1).expand([all.size(0), 2, .. shape]));
        for (var label = 0; label < 2; label++)
            AssertFits(codes.Histogram(codes.Back(draws.select(1, label))), logP.select(1, label));
    }

    private sealed class Divided(ICodeLogits logits, double by) : ICodeLogits
    {
        public Tensor Of(Tensor indices, Tensor? told) => logits.Of(indices, told) / by;

        public Func<Tensor, Tensor> OfRow(Tensor above, Tensor? told) => throw new NotSupportedException();
    }

    // χ², where codes that are expected less than five times are counted together.
    private static void AssertFits(long[] counts, Tensor logP)
    {
        var (n, all) = (counts.Sum(), logP.to_type(float64).exp().contiguous().data<double>().ToArray());
        var (cells, probabilities, count, p) = (new List<long>(), new List<double>(), 0L, 0.0);
        foreach (var (many, chance) in counts.Zip(all).OrderBy(cell => cell.Second))
        {
            (count, p) = (count + many, p + chance);
            if (n * p < 5)
                continue;
            cells.Add(count);
            probabilities.Add(p);
            (count, p) = (0, 0);
        }
        Assert.Equal(0, count);                                                                  // the last is the likeliest
        Assert.InRange(cells.Count, 3, int.MaxValue);
        Statistics.AssertFits(cells, probabilities);
    }

    // The logits behind a prior's distribution.
    private static PixelCnn LogitsOf(PixelCnnPrior prior, ICodes codes)
    {
        var network = (PixelCnn)prior.named_modules().Single(part => part.name == "network").module;
        Assert.Equal(codes.Count, network.Of(zeros([1, 1, 1, codes.IndexShape[^1]], int64), null).size(-1));
        return network;
    }

    /// <summary>At temperature 0 each index is the likeliest given those in front of it, in all draws: the prior's middle.</summary>
    [Fact]
    public void Without_temperature_the_likeliest_indices_are_drawn()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(7);
        var codes = new PlainCodes(4, 3, 2, 2);
        var prior = Prior(codes);
        var p = Of(prior);
        var z = p.Sample(7, noise, temperature: 0);
        Check.Close(p.Mean.unsqueeze(0).expand(7, 2, 3, 2), z, 0, 0);
        var indices = codes.Back(z);
        Assert.True(LogitsOf(prior, codes).Of(indices, null).argmax(-1).eq(indices).all().item<bool>());
        Check.Close(z, p.Sample(7, noise, temperature: 1e-5), 0, 0);
        Check.Close(z, p.Sample(7, noise, temperature: 1e-40), 0, 0);
        var told = Of(Prior(codes, classes: 3), tensor(new long[] { 0, 1, 2 }));
        Assert.Equal([3, 2, 3, 2], told.Mean.shape);
        Check.Close(told.Mean, told.Sample(1, noise, temperature: 0)[0], 0, 0);
    }

    /// <summary>The same seed draws the same codes, and many at once are computed as a few are.</summary>
    [Fact]
    public void Draws_are_repeated_by_their_seed_and_many_are_as_a_few()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var codes = new PlainCodes(3, 2, 3, 2);
        var p = Of(Prior(codes));
        var (one, other) = (p.Sample(2500, new SeededNoise(8)), p.Sample(2500, new SeededNoise(8)));
        Check.Close(one, other, 0, 0);
        var indices = codes.Back(one);
        var logP = p.LogProbAt(indices);
        Check.Close(cat([.. indices.split(100).Select(p.LogProbAt)]), logP, 1e-4, 1e-4);
        Check.Close(logP.view(5, 500), p.LogProbAt(indices.view(5, 500, 2, 3, 2)), 0, 0);
        Assert.Throws<NotSupportedException>(() => p.LogProb(one));
        Assert.Throws<NotSupportedException>(() => p.LogProbOf(new Draw(one.unsqueeze(0), logQ: null)));
    }

    /// <summary>
    /// Rasters of a known chain: in the order of reading a value stays with probability 0.8 and is drawn anew else, at the start of a row
    /// from the value above. The cross-entropy of what is learned from draws is their entropy, log K + 8 h, and never below it; and what is
    /// then drawn changes as often.
    /// </summary>
    [Fact]
    public void It_reaches_the_entropy_of_a_known_chain()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(9);
        const int K = 4;
        var codes = new PlainCodes(K, 3, 3, 1);
        var prior = new PixelCnnPrior(new PixelCnnPriorSpec { Layers = 3, Width = 24, Reach = 1 }, codes, classes: 0);
        prior.Initialise(noise);
        var parameters = prior.parameters().Cast<Tensor>().ToArray();
        using var optimizer = new AdamSpec().Build(parameters);
        for (var step = 0; step < 800; step++)
        {
            using var pass = NewDisposeScope();
            foreach (var parameter in parameters)
                parameter.grad = null;
            (-Of(prior).LogProbAt(Draw(128)).mean()).backward();
            optimizer.Step([.. parameters.Select(parameter => parameter.grad)], step < 500 ? 3e-3 : 5e-4);
        }
        using var frozen = no_grad();
        var (stays, changes) = (0.8 + 0.2 / K, 0.2 / K);
        var entropy = Math.Log(K) - 8 * (stays * Math.Log(stays) + (K - 1) * changes * Math.Log(changes));
        var (loss, error) = Statistics.MeanOf(-Of(prior).LogProbAt(Draw(20_000)));
        Assert.InRange(loss, entropy - Statistics.Sigmas * error, entropy + 0.1 + Statistics.Sigmas * error);
        var drawn = codes.Back(Of(prior).Sample(5_000, noise)).view(-1, 3, 3);
        var alike = drawn.narrow(2, 0, 2).eq(drawn.narrow(2, 1, 2)).to_type(float32).mean().item<float>();
        Assert.Equal(stays, alike, tolerance: 0.03);                                             // 30,000 pairs: an error of 0.002

        Tensor Draw(long count)
        {
            var places = new List<Tensor>();                                                     // in the order of reading  [N] each
            for (var place = 0; place < 9; place++)
            {
                var fresh = (K * noise.Uniform([count], CPU)).to_type(int64);
                var before = place == 0 ? fresh : places[place % 3 == 0 ? place - 3 : place - 1];
                places.Add(where(noise.Uniform([count], CPU) < 0.8, before, fresh));
            }
            return stack(places, dim: 1).view(-1, 3, 3, 1);
        }
    }

    public static TheoryData<string> Rows =>
        [.. ModelZoo.Rows.Where(row => row.Spec.Posterior.Gives.HasFlag(Traits.FinitelyMany)).Select(row => row.Name)];

    /// <summary>What a posterior draws says which codes it is: they lead to it, in every draw.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void Draws_of_a_posterior_come_with_their_indices(string row)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(10);
        var model = Examples.Shrink(ModelZoo.Find(row).Spec).Build(Examples.Images(), noise);
        var (draw, codes) = (model.Infer(Examples.Batch(), 3, new Progress(noise)).Latents[0].Draw, model.Codes!);
        var indices = draw.Indices!.expand([3, 16, .. codes.IndexShape]);
        for (var s = 0; s < 3; s++)
            Check.Close(draw.Z[s], codes.At(indices[s].contiguous()), 1e-5, 1e-5);
        if (draw.Indices!.size(0) == 1)
            Assert.True(indices[0].eq(codes.IndicesOf(model.Encode(Examples.Batch(), new Progress(noise)))).all().item<bool>());
    }

    /// <summary>Within a model: of a code that is certain the divergence is −log p of it, and of one that is drawn log q − log p.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void The_divergence_is_that_of_the_indices(string row)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(11);
        var model = Examples.Shrink(ModelZoo.Find(row).Spec).Build(Examples.Images(), Narrow);
        model.Initialise(noise);
        var term = model.Infer(Examples.Batch(), 3, new Progress(noise)).Latents[0];
        var logP = ((AutoregressiveCodes)term.Prior).LogProbAt(term.Draw.Indices!);              // [1 or 3, B]
        Check.Close(term.Draw.LogQ! - logP, term.LogRatio, 1e-5, 1e-5);
        Check.Close((term.Draw.LogQ! - logP).mean([0L]), term.Divergence.mean([0L]), 1e-4, 1e-4);
        Check.Close(logP.expand(3, 16), term.Prior.LogBoundOf(term.Draw, noise), 1e-5, 1e-5);
        var z = model.DrawCodes(5, null, new Progress(noise));
        Assert.Equal([5, .. model.Latent.Shape], z.shape);
    }

    /// <summary>Under a condition the prior is told the label: of each draw, and of each code whose probability is asked for.</summary>
    [Fact]
    public void A_label_is_told_to_the_prior_too()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(12);
        var spec = Examples.Shrink(ModelZoo.Find("vq-vae").Spec with { Condition = new LabelConditionSpec() });
        var model = spec.Build(Examples.Images(), Narrow);
        model.Initialise(noise);
        Assert.True(model.FindPrior().IsTold);
        var batch = Examples.Batch();
        var term = model.Infer(batch, 2, new Progress(noise)).Latents[0];
        var prior = model.FindPrior();
        var indices = term.Draw.Indices![0];
        for (var label = 0; label < 3; label++)
        {
            var mine = batch.Labels!.eq(label).nonzero().squeeze(1);
            var alone = Of(prior, full(mine.size(0), label, dtype: int64)).LogProbAt(indices.index_select(0, mine));
            Check.Close(-alone, term.Divergence[0].index_select(0, mine), 1e-4, 1e-4);
        }
        var told = tensor(new long[] { 2, 0, 0, 1 });
        Assert.Equal([4, .. model.Latent.Shape], model.DrawCodes(4, told, new Progress(noise)).shape);
        var likeliest = model.DrawCodes(4, told, new Progress(noise), temperature: 0);
        Check.Close(likeliest[1], likeliest[2], 0, 0);
        Check.Close(Of(prior, told).Mean, likeliest, 0, 0);
        Assert.Throws<ArgumentException>(() => prior.For(null!, null, CPU));
        Assert.False(spec.Build(Examples.Images()).FindPrior().IsTold);                          // the one that it trains with
    }

    /// <summary>It is fitted afterwards: the model trains with uniform codes. Without finitely many codes it is refused.</summary>
    [Fact]
    public void A_model_with_it_trains_with_uniform_codes()
    {
        var spec = ModelZoo.Find("vq-vae").Spec with { Prior = new PixelCnnPriorSpec() };
        Assert.True(spec.Prior.IsFittedAfterwards);
        Assert.Empty(Compatibility.Violations(spec, Examples.Images()));
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(13);
        Assert.IsType<UniformCodesPrior>(Examples.Shrink(spec).Build(Examples.Images(), noise).FindPrior());
        Assert.Contains(Compatibility.Violations(spec with { Posterior = new GaussianPosteriorSpec() }),
            violation => violation.Message.StartsWith("prior 'pixel-cnn' needs a posterior with finitely many codes"));
        Assert.Empty(Compatibility.FitViolations(ModelZoo.Find("fsq-vae").Spec, new PixelCnnPriorSpec()));
    }
}
