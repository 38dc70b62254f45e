using System.Text.Json.Nodes;
using VaeSharp.Corruptions;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Corruptions;

/// <summary>What corruptions do to examples, and who sees it.</summary>
public sealed class CorruptionTests
{
    private const int Count = 100_000;
    private static readonly DataSpec Data = new(1) { Low = -1, High = 2 };
    private static readonly VaeSpec Autoencoder = new()
    {
        Network = new MlpSpec { Hidden = [16] },
        Posterior = new PointPosteriorSpec(),
        Objective = new ReconstructionSpec(),
    };

    private static Tensor Corrupt(CorruptionSpec corruption, double value)
    {
        using var noise = new SeededNoise(1);
        return corruption.Of(full(Count, 1, value, dtype: float32), Data, new Progress(noise) { Training = true })!;
    }

    [Fact]
    public void Masking_sets_its_share_to_the_smallest_value_and_leaves_the_rest()
    {
        using var scope = NewDisposeScope();
        var x = Corrupt(new MaskingCorruptionSpec { Share = 0.3 }, 0.7);
        Statistics.AssertFits([Number(x, -1), Number(x, 0.7f)], [0.3, 0.7]);
    }

    [Fact]
    public void Masking_sets_data_without_a_smallest_or_largest_value_to_zero()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var data = new DataSpec(3) { Low = double.NegativeInfinity, High = double.PositiveInfinity };
        var masked = new MaskingCorruptionSpec { Share = 1 }
            .Of(full(2, 3, 0.7, dtype: float32), data, new Progress(noise) { Training = true })!;
        Check.Close(zeros(2, 3), masked, 0, 0);
    }

    [Fact]
    public void Salt_and_pepper_set_half_their_share_to_either_end_of_the_range()
    {
        using var scope = NewDisposeScope();
        var x = Corrupt(new SaltAndPepperCorruptionSpec { Share = 0.3 }, 0.7);
        Statistics.AssertFits([Number(x, -1), Number(x, 2), Number(x, 0.7f)], [0.15, 0.15, 0.7]);
    }

    [Fact]
    public void Normal_noise_has_its_deviation()
    {
        using var scope = NewDisposeScope();
        var x = (Corrupt(new GaussianCorruptionSpec { Sigma = 0.4 }, 0.7) - 0.7) / 0.4;
        Statistics.AssertFits(x, at => 0.5 * (1 + (at / Math.Sqrt(2)).erf()));
    }

    /// <summary>The encoder sees the corruption while training, and nothing but clean examples else.</summary>
    [Fact]
    public void Only_the_encoder_in_training_sees_the_corruption()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var model = (Autoencoder with { Corruption = new MaskingCorruptionSpec { Share = 1 } }).Build(Examples.Images(), noise);
        var batch = Examples.Batch();
        var training = model.Infer(batch, 1, new Progress(noise) { Training = true });
        var evaluation = model.Infer(batch, 1, new Progress(noise));
        var clean = model.Encode(batch, new Progress(noise) { Training = true }).Mean;
        Check.Close(model.Encode(new Batch(zeros_like(batch.X)), new Progress(noise)).Mean, training.Latents[0].Posterior.Mean);
        Check.Close(clean, evaluation.Latents[0].Posterior.Mean, 0, 0);
        Assert.Null(evaluation.Batch.Corrupted);
        Check.Close(batch.X, training.Batch.X, 0, 0);
    }

    /// <summary>
    /// The loss is −log p(x|z) of the clean x: with every pixel masked it is not the loss of black images, which a decoder that favours
    /// white ones tells apart.
    /// </summary>
    [Fact]
    public void The_loss_compares_with_the_clean_examples()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = (Autoencoder with { Corruption = new MaskingCorruptionSpec { Share = 1 } }).Build(Examples.Images(), noise);
        using (no_grad())
            model.named_parameters().Single(p => p.name == "decoder.output.bias").parameter.fill_(2);
        var (batch, progress) = (Examples.Batch(), new Progress(noise) { Training = true });
        var trace = model.Infer(batch, 1, progress);
        var y = trace.Likelihood.Mean.to_type(float64);
        var expected = (batch.X * y.log() + (1 - batch.X) * (1 - y).log()).flatten(2).sum(dim: 2L);
        Check.Close(expected, trace.LogLikelihood);
        Assert.True((trace.Likelihood.LogProb(zeros_like(batch.X)) - trace.LogLikelihood).abs().min().item<float>() > 1);
    }

    /// <summary>So that seeds of models without corruption give the numbers that they gave.</summary>
    [Fact]
    public void No_corruption_draws_no_noise()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var model = Autoencoder.Build(Examples.Images(), noise);
        Assert.Null(model.Infer(Examples.Batch(), 1, new Progress(new ReplayedNoise()) { Training = true }).Batch.Corrupted);
    }

    public static TheoryData<string> Kinds => ["masking", "gaussian-noise", "salt-and-pepper"];

    /// <summary>A corruption of no strength is none.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void A_corruption_of_strength_zero_is_the_autoencoder(string kind)
    {
        using var scope = NewDisposeScope();
        CorruptionSpec corruption = kind switch
        {
            "masking" => new MaskingCorruptionSpec { Share = 0 },
            "gaussian-noise" => new GaussianCorruptionSpec { Sigma = 0 },
            _ => new SaltAndPepperCorruptionSpec { Share = 0 },
        };
        Pass.Of(Autoencoder with { Corruption = corruption }).AssertSameAs(Pass.Of(Autoencoder), 0, 0);
    }

    [Fact]
    public void A_model_that_was_written_without_a_corruption_has_none()
    {
        var json = SpecWriter.ToJson(new VaeSpec()).AsObject();
        Assert.True(json.Remove("corruption"));
        Assert.Equal(new NoCorruptionSpec(), SpecReader.Read<VaeSpec>(JsonNode.Parse(json.ToJsonString())).Corruption);
    }

    [Fact]
    public void Ends_of_a_range_without_end_are_refused()
    {
        var spec = Autoencoder with { Corruption = new SaltAndPepperCorruptionSpec() };
        var unbounded = new DataSpec(4) { High = double.PositiveInfinity };
        Assert.Contains(Compatibility.Violations(spec, unbounded),
            violation => violation.Message.StartsWith("corruption 'salt-and-pepper' needs data"));
    }

    private static long Number(Tensor x, float value) => x.eq(value).sum().item<long>();
}
