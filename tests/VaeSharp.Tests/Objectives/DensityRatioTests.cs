using VaeSharp.Corruptions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Objectives;

/// <summary>The density-ratio trick of FactorVAE.</summary>
public sealed class DensityRatioTests
{
    /// <summary>
    /// log D/(1 − D) of the best critic is the log ratio of the densities, so its mean is the total correlation: −½ log(1 − ρ²) for two
    /// normal units. A critic trained by its own loss finds that value.
    /// </summary>
    [Fact]
    public void A_trained_critic_finds_the_total_correlation_of_two_correlated_units()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        const double rho = 0.8;
        var penalty = new DensityRatioSpec { Gamma = 1, Layers = 2, Width = 32 }.Build(new LatentSpace(2));
        penalty.Initialise(noise);
        var model = new GivenCodes(2);
        var parameters = penalty.Players(model).Single().Owners.SelectMany(owner => owner.parameters()).Cast<Tensor>().ToArray();
        using var optimizer = new AdamSpec().Build(parameters);
        for (var step = 0; step < 400; step++)
        {
            using var inner = NewDisposeScope();
            foreach (var parameter in parameters)
                parameter.grad = null;
            Losses(512)["critic"].backward();
            optimizer.Step([.. parameters.Select(parameter => parameter.grad)], 5e-3);
        }
        // −½ log(1 − 0.64) = 0.511; a piecewise linear critic of 32 units comes near it, one with the wrong sign or the classes exchanged
        // does not.
        Assert.InRange(Losses(20_000)[Player.Model].item<float>(), 0.4, 0.6);

        Dictionary<string, Tensor> Losses(long count)
        {
            var progress = new Progress(noise) { Training = true, Others = [new Batch(Draw(count))] };
            return penalty.Compute(model, model.Infer(new Batch(Draw(count)), 1, progress), progress)
                .ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss);
        }

        Tensor Draw(long count)
        {
            var first = noise.Normal([count, 1], CPU);
            return cat([first, rho * first + Math.Sqrt(1 - rho * rho) * noise.Normal([count, 1], CPU)], dim: 1);
        }
    }

    /// <summary>
    /// An untrained critic with weights of zero gives D = ½: both halves of its loss are log 2 (eq. 3), and the total correlation is 0.
    /// </summary>
    [Fact]
    public void An_undecided_critic_loses_log_two()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = new VaeSpec { Network = new MlpSpec { Hidden = [8] } }.Build(Examples.Images(), noise);
        var penalty = new DensityRatioSpec { Layers = 1, Width = 8 }.Build(model.Latent);
        using (no_grad())
        {
            foreach (var weight in penalty.parameters())
                weight.zero_();                                      // arbitrary until they are initialised
        }
        var progress = new Progress(noise) { Training = true, Others = [Examples.Batch(seed: 7)] };
        var losses = penalty.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress)
            .ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss);
        Check.Close(Math.Log(2), losses["critic"].item<float>());
        Check.Close(0, losses[Player.Model].item<float>());
    }

    /// <summary>
    /// The critic compares codes of one batch with shuffled codes of another: both are codes of corrupted examples, or it learns to tell
    /// the corruption. With every pixel masked all codes are one, and a critic sees the same on either side: softplus(−r) and softplus(r).
    /// </summary>
    [Fact]
    public void Both_batches_are_corrupted()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var model = new VaeSpec
        {
            Network = new MlpSpec { Hidden = [8] },
            Posterior = new PointPosteriorSpec(),
            Objective = new ReconstructionSpec(),
            Corruption = new MaskingCorruptionSpec { Share = 1 },
        }.Build(Examples.Images(), noise);
        using (no_grad())
            model.named_parameters().Single(p => p.name == "posterior.code.bias").parameter.fill_(3);
        var penalty = new DensityRatioSpec { Gamma = 1, Layers = 1, Width = 8 }.Build(model.Latent);
        penalty.Initialise(noise);
        var progress = new Progress(noise) { Training = true, Others = [Examples.Batch(seed: 7)] };
        var losses = penalty.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress)
            .ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss);
        var ratio = losses[Player.Model].item<float>();
        Assert.True(Math.Abs(ratio) > 0.1, "the test says nothing");
        Check.Close(0.5 * (Math.Log(1 + Math.Exp(-ratio)) + Math.Log(1 + Math.Exp(ratio))), losses["critic"].item<float>());
    }
}
