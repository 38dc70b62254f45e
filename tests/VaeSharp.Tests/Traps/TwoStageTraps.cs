using VaeSharp.Models;
using VaeSharp.Priors;
using VaeSharp.Tests.Training;
using VaeSharp.Training;

namespace VaeSharp.Tests.Traps;

/// <summary>Mistakes of well-known two-stage models. Each test fails on the implementation that it is named after.</summary>
public sealed class TwoStageTraps
{
    /// <summary>
    /// Pythae adds γ as noise to what a squared error compares: the least error is at γ = 0. As a likelihood −log N(z; f(u), γ² I) has its
    /// least value where γ² is the mean squared error of an element, and the gradient there is 0.
    /// </summary>
    [Theory, InlineData(0.25), InlineData(4)]
    public void S03_Pythae_has_a_noise_parameter_that_only_shrinks(double scale)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var prior = new TwoStagePrior(new TwoStagePriorSpec { Hidden = [8] }, new LatentSpace(3));
        prior.Initialise(noise);
        prior.Set("output.weight", zeros(1));                                                    // f(u) = 0
        var z = (scale * noise.Normal([500, 3], CPU)).detach();
        var best = z.square().mean().sqrt().item<float>();
        Assert.Equal(0, Gradient(best), tolerance: 1e-4);
        Assert.True(Gradient(0.5 * best) < -1 && Gradient(2 * best) > 1);                        // it grows where it is too small

        double Gradient(double gamma)
        {
            prior.Set("logGamma", tensor((float)Math.Log(gamma)));
            var parameter = prior.Weight("logGamma");
            parameter.grad = null;
            (-prior.For((_, _) => throw new InvalidOperationException(), null, CPU).LogBound(z, noise).mean()).backward();
            return parameter.grad!.item<float>();
        }
    }

    /// <summary>
    /// PyTorch-VAE builds the second stage and trains only the first: its weights stay as they were drawn. Here the bound of codes that are
    /// drawn from it is nats above that of a second stage as it starts.
    /// </summary>
    [Fact]
    public void A21_PyTorchVae_never_trains_the_second_stage()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var experiment = Small.Experiment("two-stage-vae", epochs: 8);
        experiment = experiment with { Model = experiment.Model with { Prior = new TwoStagePriorSpec { Hidden = [32] } } };
        Small.Train(experiment, folder["run"]);
        var epochs = MetricsFile.Read(Path.Combine(folder["run"], FittedPrior.Name));
        Assert.Equal(8, epochs.Count);
        Assert.True(epochs[^1].Train["loss"] < epochs[0].Train["loss"] - 1);

        var fit = FittedPrior.Find(folder["run"]);
        var trained = Experiment.Load(Path.Combine(folder["run"], "experiment.json"));
        using var model = FittedPrior.Open(folder["run"], trained, fit);
        using var fresh = trained.Model.Build(model.Data, fit!.Model.Prior);
        using var start = new SeededNoise(1);
        fresh.FindPrior().Initialise(start);
        var z = model.DrawCodes(64, null, new Progress(start));
        using var frozen = no_grad();
        Assert.True(Bound(model) > Bound(fresh) + 1, $"{Bound(fresh)} → {Bound(model)}");

        double Bound(Autoencoder model)
        {
            using var noise = new SeededNoise(3);
            return model.FindPrior().For((_, _) => throw new InvalidOperationException(), null, CPU).LogBound(z, noise).mean()
                .item<float>();
        }
    }
}
