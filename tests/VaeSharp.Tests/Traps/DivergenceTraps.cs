using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known libraries get wrong about the divergence and its weight, each as a test that fails on it.</summary>
public sealed class DivergenceTraps
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16] } };

    // Two examples of one unit, KL ½ μ² each: 0.5 and 4.5, 2.5 in the mean.
    private static LatentTerm TwoDivergences()
    {
        var q = new Normal(tensor(new[] { 1f, 3 }).view(2, 1), zeros(2, 1));
        return Codes.Term(q, q.Rsample(1, new ReplayedNoise(zeros(1, 2, 1))));
    }

    /// <summary>P03: Pythae's default β is 1, the variational autoencoder under another name. The row's loss has three KL more.</summary>
    [Fact]
    public void P03_The_default_beta_is_not_one()
    {
        using var scope = NewDisposeScope();
        var row = ModelZoo.Find("beta-vae").Spec;
        var (plain, weighted) = (Pass.Of(Vae), Pass.Of(Vae with { Objective = row.Objective }));
        Assert.True(plain.Losses.Term("kl") > 1e-3, "the test says nothing");
        Check.Close(plain.Loss + 3 * plain.Losses.Term("kl"), weighted.Loss);
    }

    /// <summary>P04: |KL − C| is of the batch's mean, as in the paper: |2.5 − 2| and not the mean of 1.5 and 2.5.</summary>
    [Fact]
    public void P04_The_distance_from_the_capacity_is_that_of_the_batch()
    {
        using var scope = NewDisposeScope();
        var rate = new CapacityRate { Gamma = 10, Capacity = 2 }.Of(TwoDivergences(), new Progress(new ReplayedNoise()));
        Check.Close(10 * 0.5, rate.item<float>());
    }

    /// <summary>P04: the paper's C moves with every step, 25 nats over 100,000, whatever epoch it is.</summary>
    [Theory, InlineData(0, 2.5), InlineData(1, 2.49975), InlineData(4000, 1.5), InlineData(50_000, 10)]
    public void P04_The_capacity_grows_with_steps(long step, double distance)
    {
        using var scope = NewDisposeScope();
        var progress = new Progress(new ReplayedNoise()) { Training = true, Step = step, Epochs = 0.5 };
        Check.Close(distance, new CapacityRate { Gamma = 1 }.Of(TwoDivergences(), progress).item<float>());
    }

    /// <summary>A02: validation does not count as steps, so what the next step has does not depend on how often one looked.</summary>
    [Fact]
    public void A02_Validation_does_not_move_the_capacity()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = Vae with { Objective = new ElboSpec { Rate = new CapacityRate() } };
        var (model, objective) = (spec.Build(Examples.Images(), noise), spec.BuildObjective(Examples.Images(), noise));
        var before = Loss(training: true);
        for (var i = 0; i < 5; i++)
            Loss(training: false);
        Assert.Equal(before, Loss(training: true));
        Assert.Empty(objective.buffers());

        double Loss(bool training)
        {
            using var draws = new SeededNoise(2);
            var progress = new Progress(draws) { Training = training, Step = 1000 };
            return objective.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress).ByPlayer[0].Loss.item<float>();
        }
    }

    /// <summary>
    /// A01: PyTorch-VAE weighs the divergence by 0.00025 in training and by 1 in validation, by which weights are chosen. From the same
    /// draws the loss is the same number in both.
    /// </summary>
    [Theory, InlineData("vae"), InlineData("beta-vae")]
    public void A01_The_divergence_has_the_same_weight_in_training_and_validation(string row)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = Vae with { Objective = ModelZoo.Find(row).Spec.Objective };
        var (model, objective) = (spec.Build(Examples.Images(), noise), spec.BuildObjective(Examples.Images(), noise));
        Check.Close(Loss(training: true), Loss(training: false));

        double Loss(bool training)
        {
            using var draws = new SeededNoise(2);
            var progress = new Progress(draws) { Training = training };
            return objective.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress).ByPlayer[0].Loss.item<float>();
        }
    }

    /// <summary>A01: what is logged as the divergence is not its negative, and loss is the sum of the two logged terms.</summary>
    [Fact]
    public void A01_The_logged_divergence_is_not_negated()
    {
        using var scope = NewDisposeScope();
        var pass = Pass.Of(Vae);
        Assert.True(pass.Losses.Term("kl") > 0);
        Check.Close(pass.Loss, pass.Losses.Term("reconstruction") + pass.Losses.Term("kl"));
    }

    /// <summary>
    /// A01: decoders there end in tanh, for data in [0, 1]. Here the mean stays in the data's range, whatever the code is.
    /// </summary>
    [Fact]
    public void A01_The_decoder_does_not_leave_the_range_of_the_data()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var mean = Vae.Build(Examples.Images(), noise).Decode(100 * noise.Normal([200, 3], CPU)).Mean;
        Assert.InRange(mean.min().item<float>(), 0, 0.1);
        Assert.InRange(mean.max().item<float>(), 0.9, 1);
    }

    /// <summary>A06: labels are class numbers; one-hot weights say the same, and weights between classes say something between.</summary>
    [Fact]
    public void A06_Labels_may_be_numbers_and_weights()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = ModelZoo.Find("cvae").Spec with { Latent = 3, Network = new MlpSpec { Hidden = [] } };
        var (model, batch, progress) = (spec.Build(Examples.Images(), noise), Examples.Batch(), new Progress(noise));
        var (numbers, oneHot) = (batch.Labels!, eye(3).index_select(0, batch.Labels!));
        Check.Close(Mean(numbers), Mean(oneHot));
        Check.Close(0.5 * (Mean(zeros(16, dtype: int64)) + Mean(ones(16, dtype: int64))),
            Mean(tensor(new[] { 0.5f, 0.5f, 0 }).expand(16, 3)));
        Assert.True((Mean(zeros(16, dtype: int64)) - Mean(ones(16, dtype: int64))).abs().max().item<float>() > 1e-3,
            "the test says nothing");

        Tensor Mean(Tensor labels) => model.Encode(batch with { Labels = labels }, progress).Mean;
    }

    /// <summary>
    /// A13: the Gaussian kernel there takes a mean over units of what is a squared distance: 25 between (0, 0) and (3, 4).
    /// </summary>
    [Fact]
    public void A13_A20_The_gaussian_kernel_is_of_the_squared_distance()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (zeros(1, 3, 2), tensor(new[] { 3f, 4 }).expand(1, 3, 2));
        // C = 2 · 2 · 5
        Check.Close(2 - 2 * Math.Exp(-25.0 / 20), MeanDiscrepancySpec.Between(a, b, new RbfKernel { Scales = [5] }).item<float>());
    }
}
