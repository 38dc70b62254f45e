using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Objectives;

/// <summary>The three losses of VAE-GAN, and whose turn it is.</summary>
public sealed class VaeGanTests
{
    private static readonly VaeGanSpec Small = new() { Channels = [4, 6], Kernel = 3, Hidden = 8, Features = 1, Gamma = 0.3, Margin = 0 };

    private static VaeSpec Spec(VaeGanSpec gan) => new() { Latent = 3, Network = new MlpSpec { Hidden = [16] }, Objective = gan };

    private static (Autoencoder Model, Objective Objective, ImageCritic Critic) Build(VaeGanSpec gan, Noise noise)
    {
        var (model, objective) = (Spec(gan).Build(Examples.Images(), noise), Spec(gan).BuildObjective(Examples.Images(), noise));
        var critic = objective.modules().OfType<ImageCritic>().Single();
        using (no_grad())
            critic.Weight("output.weight").mul_(10);                                               // else he says nearly the same of all
        return (model, objective, critic);
    }

    private static Dictionary<string, Tensor> Losses(Autoencoder model, Objective objective, bool training = true)
    {
        using var noise = new SeededNoise(7);
        var progress = new Progress(noise) { Training = training };
        var losses = objective.Compute(model, model.Infer(Examples.Batch(), 1, progress), progress);
        return losses.ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss);
    }

    /// <summary>Algorithm 1, by its formulas: features and verdicts of the critic, the images from replayed noise.</summary>
    [Fact]
    public void The_three_losses_are_those_of_the_paper()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (model, objective, critic) = Build(Small, noise);
        var (batch, epsilon, drawn) = (Examples.Batch(), noise.Normal([1, 16, 3], CPU), noise.Normal([16, 3], CPU));
        var progress = new Progress(new ReplayedNoise(epsilon, drawn)) { Training = true };
        var trace = model.Infer(batch, 1, progress);
        var losses = objective.Compute(model, trace, progress);

        var (decoded, other) = (model.Decode(trace.Latents[0].Draw.Z[0]).Mean, model.Decode(drawn).Mean);
        var (seen, ratio) = critic.Of(cat([batch.X, decoded, other], dim: 0), data: 16);
        var (l, d) = (seen.view(3, 16, -1), ratio.sigmoid().view(3, 16));
        var distance = 0.5 * (l[0] - l[1]).square().sum(dim: 1L).mean();
        var game = -(0.5 * d[0].log() + 0.25 * (1 - d[1]).log() + 0.25 * (1 - d[2]).log()).mean();
        var found = losses.ByPlayer.ToDictionary(loss => loss.Player, loss => loss.Loss.item<float>());
        Assert.Equal([Player.Inference, Player.Generation, "image-critic"], losses.ByPlayer.Select(loss => loss.Player));
        Check.Close((trace.Divergence.mean() + distance).item<float>(), found[Player.Inference], 1e-4);
        Check.Close((0.3 * distance - game).item<float>(), found[Player.Generation], 1e-4);
        Check.Close(game.item<float>(), found["image-critic"], 1e-4);
        var made = losses.Term("critic-decoded") + losses.Term("critic-drawn");
        Check.Close(game.item<float>(), 0.5 * losses.Term("critic-real") + 0.25 * made, 1e-4);
        Assert.True(distance.item<float>() > 1, "the test says nothing");
    }

    /// <summary>
    /// Features have mean 0 and variance 1 in front of their activation, over the data, however large the critic's weights are: so what
    /// their distance weighs is nothing that the critic chooses. An image of the data says the same of itself whatever the decoder makes,
    /// and the decoder's images are measured alike: the same image has the same features, half the contrast has others.
    /// </summary>
    [Fact]
    public void Features_are_measured_by_the_data_and_not_by_the_size_of_the_weights()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var (_, _, critic) = Build(Small, noise);
        var x = Examples.Batch().X;
        var features = Of(x);
        Assert.Equal([32, 4 * 4 * 4], features.shape);
        Check.Close(features[..16], features[16..], 1e-5, 1e-5);
        Check.Close(features[..16], Of(0.5 * x)[..16], 1e-5, 1e-5);
        Assert.True((features - Of(0.5 * x))[16..].abs().mean().item<float>() > 0.1);
        var normal = where(features > 0, features, features / 0.2).view(32, 4, 16)[..16];        // behind them the leaky rectifier
        Check.Close(zeros(4), normal.mean([0L, 2L]), 0, 1e-5);
        Check.Close(ones(4), normal.square().mean([0L, 2L]), 0, 0.02);
        using (no_grad())
            critic.named_parameters().First(p => p.name == "convolutions.0.weight").parameter.mul_(50);
        Check.Close(features, Of(x), 0.02, 0.02);

        Tensor Of(Tensor made) => critic.Of(cat([x, made], dim: 0), data: 16).Features;
    }

    /// <summary>With level 0 images are compared pixel by pixel.</summary>
    [Fact]
    public void Without_features_pixels_are_compared()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var (_, _, critic) = Build(Small with { Features = 0 }, noise);
        Check.Close(Examples.Batch().X.flatten(1), critic.Of(Examples.Batch().X, data: 16).Features, 0, 0);
    }

    /// <summary>
    /// The official code's rule: a critic who tells all waits, so does a decoder whose images nobody can tell, and where both would wait
    /// none does. The losses of a critic whose answer is l for every image are softplus(−l) and softplus(l).
    /// </summary>
    [Theory]
    [InlineData(0.0, 0.35, true, true)]
    [InlineData(0.0, 0.001, false, true)]                                                        // 0.693 > 0.681: the decoder waits
    [InlineData(0.4, 0.2, false, true)]                                                          // 0.91 > 0.88, and 0.51 ≥ 0.48
    [InlineData(0.4, 0.1, true, true)]                                                           // 0.91 > 0.78, 0.51 < 0.58: both would
    [InlineData(5.0, 0.35, true, true)]                                                          // 5.007 and 0.007
    [InlineData(5.0, 0.0, true, true)]                                                           // without a margin there is no rule
    public void Players_wait_where_one_wins_by_far(double answer, double margin, bool decoder, bool critic)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (model, objective, images) = Build(Small with { Margin = margin }, noise);
        using (no_grad())
        {
            foreach (var (name, parameter) in images.named_parameters().Where(p => p.name.StartsWith("output", StringComparison.Ordinal)))
                parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? answer : 0);
        }
        var players = Losses(model, objective).Keys;
        Assert.Contains(Player.Inference, players);
        Assert.Equal(decoder, players.Contains(Player.Generation));
        Assert.Equal(critic, players.Contains("image-critic"));
        Assert.Equal(3, Losses(model, objective, training: false).Count);                        // validation has all, always
    }

    /// <summary>
    /// A critic who has learned nothing is near the equilibrium, so that in the first step all of the row's players move.
    /// </summary>
    [Fact]
    public void All_begin_to_move()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var spec = ModelZoo.Find("vae-gan").Spec;
        Assert.Equal(3, Losses(spec.Build(Examples.Images(), noise), spec.BuildObjective(noise)).Count);
    }

    /// <summary>A critic who tells both kinds with a loss below the margin waits, and the decoder goes on.</summary>
    [Fact]
    public void A_critic_who_tells_all_waits()
    {
        var verdict = new Verdict(full(4, 2f), full(4, -2f), full(4, -2f));                    // softplus(−2) = 0.127
        Assert.Equal((true, false), verdict.Turns(equilibrium: 0.68, margin: 0.35));
        Assert.Equal((true, true), verdict.Turns(equilibrium: 0.68, margin: 0.6));
        Check.Close(Math.Log(1 + Math.Exp(-2)), verdict.Loss.item<float>());
    }

    /// <summary>
    /// Behind a step without a loss a player is where he was, and an epoch of such steps has no loss of his to write down.
    /// </summary>
    [Fact]
    public void A_player_who_waits_does_not_move_and_has_no_loss_in_the_log()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var experiment = Training.Small.Experiment("vae-gan", epochs: 1);
        // The critic's losses are far below 49.999: he waits in every step, and the decoder in none.
        var gan = Small with { Equilibrium = 50, Margin = 1e-3 };
        experiment = experiment with { Model = experiment.Model with { Objective = gan } };
        using (var session = new TrainingSession(experiment, TestData.Squares(64), validation: null, CPU))
        {
            var (critic, decoder) = (Copies(session.Objective), Copies(session.Model));
            session.Step();
            Assert.NotEmpty(critic);
            Assert.All(critic.Zip(Copies(session.Objective)), pair => Check.Close(pair.First, pair.Second, 0, 0));
            Assert.Contains(decoder.Zip(Copies(session.Model)), pair => !pair.First.equal(pair.Second).all().item<bool>());
        }
        Training.Small.Train(experiment, folder["run"]);
        var terms = MetricsFile.Read(folder["run"])[0];
        Assert.False(terms.Train.ContainsKey("image-critic"));
        Assert.True(terms.Validation.ContainsKey("image-critic"));
        Assert.True(terms.Train.ContainsKey("generation"));
        Assert.True(double.IsFinite(terms.Train["critic-real"] + terms.Train["critic-decoded"] + terms.Train["critic-drawn"]));

        static List<Tensor> Copies(nn.Module module) => [.. module.parameters().Select(weight => weight.detach().clone())];
    }

    /// <summary>Of a run whose players take turns each logged loss is the mean over the steps in which it was there.</summary>
    [Fact]
    public void Means_are_over_the_batches_that_have_the_term()
    {
        var means = new TermMeans();
        means.Add([("loss", 1), ("critic", 4)], 10);
        means.Add([("loss", 2)], 30);
        means.Add([("loss", 3), ("critic", 1)], 20);
        Check.Close((10 + 60 + 60) / 60.0, means.Means["loss"]);
        Check.Close((40 + 20) / 30.0, means.Means["critic"]);
        var (restored, state) = (new TermMeans(), means.State);
        restored.State = state;
        Assert.Equal(means.Means, restored.Means);
    }

    /// <summary>
    /// What its losses have no place for is refused with the reason: noise that is learned, codes without a density, vectors.
    /// </summary>
    [Fact]
    public void Parts_that_nothing_would_train_are_refused()
    {
        var noisy = Spec(Small) with { Likelihood = new LearnedGaussianLikelihoodSpec() };
        Assert.Contains("'learned-gaussian' learns, and nothing would train it", Refusal(noisy));
        Assert.Contains("'point' has none", Refusal(Spec(Small) with { Posterior = new PointPosteriorSpec() }));
        Assert.Contains("needs images", Compatibility.Violations(Spec(Small), new DataSpec(64)).Single().Message);
        Assert.Empty(Compatibility.Violations(Spec(Small) with { Likelihood = new LaplaceLikelihoodSpec() }, Examples.Images()));
        Assert.NotEmpty(SpecValidator.Violations(Spec(Small with { Features = 3 })));

        static string Refusal(VaeSpec spec) => Assert.Single(Compatibility.Violations(spec, Examples.Images())).Message;
    }

    /// <summary>A penalty beside it is the encoder's and the decoder's, and none of the critic's business.</summary>
    [Fact]
    public void A_penalty_is_shared_by_the_models_players_and_not_by_the_critic()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var (model, plain, _) = Build(Small, noise);
        var bound = (Objective)plain.named_children().Single(child => child.name == "bound").module;
        var with = new CompositeObjective(bound, [new CodeNormSpec { Weight = 2 }.Build(model.Latent)]);
        var (before, after) = (Losses(model, plain), Losses(model, with));
        Check.Close(before["image-critic"], after["image-critic"], 0, 0);
        Assert.True((after[Player.Inference] - before[Player.Inference]).item<float>() > 0.1);
        Check.Close(after[Player.Inference] - before[Player.Inference], after[Player.Generation] - before[Player.Generation], 1e-3, 1e-3);
    }
}
