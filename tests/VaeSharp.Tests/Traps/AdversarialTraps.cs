using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What Pythae's models with critics get wrong, and would not get past these tests.</summary>
public sealed class AdversarialTraps
{
    /// <summary>
    /// P19: Pythae weighs both terms by a half, of an encoder with spread. The row is the squared error of codes without spread and ten
    /// times −log D, and the critic's codes are detached.
    /// </summary>
    [Theory, InlineData("aae"), InlineData("wae-gan")]
    public void P19_The_row_is_the_squared_error_and_ten_times_the_term_of_the_critic(string row)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = Examples.Shrink(ModelZoo.Find(row).Spec);
        var (model, batch) = (spec.Build(Examples.Images(), noise), Examples.Batch());
        var objective = spec.BuildObjective(Examples.Images(), noise);
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(batch, 1, progress);
        var losses = objective.Compute(model, trace, progress);
        var error = (trace.Likelihood.Mean.squeeze(0) - batch.X).square().flatten(1).sum(dim: 1L).mean().item<float>();
        var critic = objective.modules().OfType<Critic>().Single();
        var caught = -critic.LogRatio(trace.Latents[0].Draw.Z[0]).sigmoid().log().mean().item<float>();
        Check.Close(error + 10 * caught + 32 * Math.Log(Math.PI), losses.ByPlayer[0].Loss.item<float>(), 1e-5);
        losses.ByPlayer[1].Loss.backward();
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.Contains(critic.parameters(), parameter => parameter.grad!.abs().max().item<float>() > 0);
    }

    /// <summary>
    /// P20: in Pythae images are not detached in the critic's loss, gradients of several losses add up where each reaches, and the critic
    /// does not see reconstructions: the decoder helps the critic, and the encoder has the features' distance nearly twice. Behind a step
    /// of the trainer's own players each has moved by the gradient of its own formula, once: the encoder by KL + L, the decoder by γ L −
    /// C, the critic by C with its three kinds of images.
    /// </summary>
    [Fact]
    public void P20_Each_player_moves_by_the_gradient_of_its_own_loss_once()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        using var copies = new WeightCopies();
        var spec = new VaeSpec
        {
            Latent = 3,
            Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh },
            Objective = new VaeGanSpec
            {
                Channels = [4, 6],
                Kernel = 3,
                Hidden = 8,
                Gamma = 0.02,
                Margin = 0,
                Optimizer = Descent,
            },
        };
        var (model, batch) = (spec.Build(Examples.Images(), noise), Examples.Batch());
        var objective = spec.BuildObjective(Examples.Images(), noise);
        var critic = objective.modules().OfType<ImageCritic>().Single();
        using (no_grad())
            critic.Weight("output.weight").mul_(10);                                               // else his game would weigh little
        var (epsilon, drawn) = (noise.Normal([1, 16, 3], CPU), noise.Normal([16, 3], CPU));

        // The formulas, each with a pass of its own and the gradient of its owner alone.
        var expected = new Dictionary<string, Tensor[]>
        {
            ["inference"] = Gradients(model.Side(Side.Inference), (kl, distance, _) => kl + distance),
            ["generation"] = Gradients(model.Side(Side.Generation), (_, distance, game) => 0.02 * distance - game),
            ["image-critic"] = Gradients([critic], (_, _, game) => game),
        };

        var players = objective.Players(model).Select(player => new TrainingPlayer(player, Descent, copies)).ToList();
        var progress = new Progress(new ReplayedNoise(epsilon, drawn)) { Training = true };
        var losses = objective.Compute(model, model.Infer(batch, 1, progress), progress).ByPlayer;
        foreach (var (name, loss) in losses)
            players.Single(player => player.Name == name).Backward(loss, keepGraph: true);
        foreach (var player in players)
        {
            var before = Weights(player.Name).Select(weight => weight.detach().clone()).ToArray();
            player.Move(1);
            foreach (var (was, weight, gradient) in before.Zip(Weights(player.Name), expected[player.Name]))
                Check.Close(gradient, (was - weight.detach()) / 1e-3, 1e-2, 1e-2 * gradient.abs().max().item<float>() + 1e-3);
            Assert.Contains(expected[player.Name], gradient => gradient.abs().max().item<float>() > 0.02);
            player.Dispose();
        }

        Tensor[] Gradients(IReadOnlyList<nn.Module> owners, Func<Tensor, Tensor, Tensor, Tensor> formula)
        {
            var trace = model.Infer(batch, 1, new Progress(new ReplayedNoise(epsilon)) { Training = true });
            var (decoded, made) = (trace.Likelihood.Mean[0], model.Decode(drawn).Mean);
            var (seen, ratio) = critic.Of(cat([batch.X, decoded, made], dim: 0), data: 16);
            var (l, d) = (seen.view(3, 16, -1), ratio.sigmoid().view(3, 16));
            var distance = 0.5 * (l[0] - l[1]).square().sum(dim: 1L).mean();
            var game = -(0.5 * d[0].log() + 0.25 * (1 - d[1]).log() + 0.25 * (1 - d[2]).log()).mean();
            var own = owners.SelectMany(owner => owner.parameters()).Cast<Tensor>().ToArray();
            foreach (var parameter in own)
                parameter.grad = null;
            formula(trace.Divergence.mean(), distance, game).backward(null!, false, false, own);
            return [.. own.Select(parameter => parameter.grad!.clone())];
        }

        IEnumerable<Tensor> Weights(string player) =>
            objective.Players(model).Single(one => one.Name == player).Owners.SelectMany(owner => owner.parameters());
    }

    /// <summary>
    /// P20: the critic's loss has no way to the decoder at all; a trainer that passed it back everywhere would move the critic alone.
    /// </summary>
    [Fact]
    public void P20_Images_are_detached_in_the_critics_loss()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var spec = Examples.Shrink(ModelZoo.Find("vae-gan").Spec);
        var (model, objective) = (spec.Build(Examples.Images(), noise), spec.BuildObjective(Examples.Images(), noise));
        var progress = new Progress(noise) { Training = true };
        var losses = objective.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress);
        losses.ByPlayer.Single(loss => loss.Player == "image-critic").Loss.backward();
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.All(objective.parameters(), parameter => Assert.NotNull(parameter.grad));
    }

    private static SgdSpec Descent => new() { LearningRate = 1e-3, Momentum = 0 };
}
