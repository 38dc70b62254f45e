using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Priors;
using VaeSharp.Tests.Distributions;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>Mistakes of well-known VampPriors. Each test fails on the implementation that it is named after.</summary>
public sealed class PriorTraps
{
    private static readonly VaeSpec Small = ModelZoo.Find("vamp-vae").Spec with
    {
        Latent = 2,
        Network = new MlpSpec { Hidden = [8], Activation = Activation.Tanh },
    };

    private static Autoencoder Build(int pseudoInputs, DataSpec? data = null)
    {
        using var noise = new SeededNoise(1);
        return (Small with { Prior = new VampPriorSpec { PseudoInputs = pseudoInputs } }).Build(data ?? Examples.Images(), noise);
    }

    /// <summary>Pseudo-inputs so far apart that their codes are, with variances that are not one.</summary>
    private static Autoencoder Apart(int pseudoInputs)
    {
        using var noise = new SeededNoise(2);
        var model = Build(pseudoInputs);
        model.Set("prior.inputs", noise.Uniform([pseudoInputs, 1, 8, 8], CPU));
        model.Set("posterior.mean.weight", 8 * model.Weight("posterior.mean.weight"));
        model.Set("posterior.logVar.bias", full(1, -2.0));
        return model;
    }

    private static Trace Infer(Autoencoder model, Batch batch, long samples) =>
        model.Infer(batch, samples, new Progress(new SeededNoise(3)));

    /// <summary>
    /// PyTorch-VAE has −½ (log σ² + (z − μ)²) / σ² for log q, with log σ² inside the parentheses, in the prior as well. That is no density:
    /// its mass on the plane is not one, and the log ratio is another.
    /// </summary>
    [Fact]
    public void A18_PyTorchVae_has_the_log_variance_inside_the_parentheses()
    {
        using var scope = NewDisposeScope();
        var model = Apart(6);
        var term = Infer(model, Examples.Batch(), 5).Latents[0];
        var (z, cell) = Plane.Grid(25, 0.1);
        Check.Close(1, (term.Prior.LogProb(z).exp() * cell).sum().item<double>(), 1e-6);

        var (q, components) = ((Normal)term.Posterior, (Normal)((Mixture)term.Prior).Components);
        var draw = term.Draw.Z.to_type(float64);
        Check.Close(Right(draw, q) - Mix(Right(draw.unsqueeze(-2), components)), term.LogRatio, 1e-4, 1e-4);
        Assert.True(((Wrong(draw, q) - Mix(Wrong(draw.unsqueeze(-2), components))) - term.LogRatio).abs().mean().item<double>() > 0.1);

        static Tensor Right(Tensor z, Normal p) =>
            -0.5 * ((z - p.Mean).square() / p.LogVar.exp() + p.LogVar + Math.Log(2 * Math.PI)).sum(dim: -1L);

        static Tensor Wrong(Tensor z, Normal p) => (-0.5 * (p.LogVar + (z - p.Mean).square()) / p.LogVar.exp()).sum(dim: -1L);

        static Tensor Mix(Tensor byComponent) => byComponent.logsumexp(-1) - Math.Log(6);
    }

    /// <summary>
    /// PyTorch-VAE draws new codes from N(0, I) (its author: incorrect, issue 9). Here they come from the components: with all codes about
    /// (20, −20), so do draws.
    /// </summary>
    [Fact]
    public void A18_PyTorchVae_draws_from_the_standard_normal()
    {
        using var scope = NewDisposeScope();
        var model = Build(5);
        model.Set("posterior.mean.bias", tensor(new[] { 20f, -20f }));
        var codes = model.DrawCodes(200, null, new Progress(new SeededNoise(4)));
        var prior = Infer(model, Examples.Batch(), 1).Latents[0].Prior;
        Statistics.AssertMean(prior.Mean[0].item<float>(), codes.select(1, 0));
        Statistics.AssertMean(prior.Mean[1].item<float>(), codes.select(1, 1));
        Assert.True(codes.select(1, 0).min().item<float>() > 5);
    }

    /// <summary>
    /// The published code draws the i-th new code from the i-th pseudo-input, so that few draws are of the first components only. Here the
    /// component of each draw is drawn, all with the same chance.
    /// </summary>
    [Fact]
    public void The_published_code_goes_through_the_first_components()
    {
        using var scope = NewDisposeScope();
        var model = Apart(4);
        model.Set("posterior.logVar.weight", zeros(1, 1));
        model.Set("posterior.logVar.bias", full(1, -20.0));                                      // a draw is its component's mean
        var components = ((Mixture)Infer(model, Examples.Batch(), 1).Latents[0].Prior).Components.Mean;   // [4, 2]
        var codes = model.DrawCodes(4000, null, new Progress(new SeededNoise(5)));
        var chosen = (codes.unsqueeze(1) - components).square().sum(dim: -1L).argmin(1);
        Statistics.AssertFits([.. Enumerable.Range(0, 4).Select(k => chosen.eq(k).sum().item<long>())], [.. Enumerable.Repeat(0.25, 4)]);
        Assert.False(chosen.narrow(0, 0, 4).eq(arange(4)).all().item<bool>());
    }

    /// <summary>
    /// Pythae and PyTorch-VAE multiply a matrix that is no buffer, and so stays behind when the model moves, by a linear layer, which
    /// PyTorch-VAE gives a bias that all pseudo-inputs share. Here they are one parameter, and nothing else is kept.
    /// </summary>
    [Fact]
    public void P16_Pythae_has_an_idle_input_that_does_not_move()
    {
        using var scope = NewDisposeScope();
        var model = Build(6);
        Assert.Empty(model.named_buffers());
        var (name, parameter) = Assert.Single(model.named_parameters(), p => p.name.StartsWith("prior", StringComparison.Ordinal));
        Assert.Equal("prior.inputs", name);
        Assert.Equal([6, 1, 8, 8], parameter.shape);
        var gradients = Pass.Of(model, new Elbo(new ElboSpec()), Examples.Batch(), new SeededNoise(7)).Gradients["prior.inputs"];
        Assert.True((gradients[0] - gradients[1]).abs().max().item<float>() > 1e-9);             // no share that is common to all
    }

    /// <summary>
    /// The published code's flag starts pseudo-inputs at −0.05 ± 0.01 (its data sets replace it by 0.05): clipped to [0, 1], all are black
    /// images without a gradient, for ever. Here every element starts within the range, whatever that is, and has a gradient.
    /// </summary>
    [Theory, InlineData(0.0, 1.0), InlineData(-1.0, 1.0), InlineData(0.0, 255.0)]
    public void The_published_default_starts_outside_the_range(double low, double high)
    {
        using var scope = NewDisposeScope();
        var images = Examples.Batch();
        var spec = Small with { Prior = new VampPriorSpec { PseudoInputs = 50 }, Likelihood = new GaussianLikelihoodSpec() };
        using var noise = new SeededNoise(8);
        var model = spec.Build(new DataSpec(1, 8, 8) { Low = low, High = high }, noise);
        var inputs = model.Weight("prior.inputs");
        Assert.True(inputs.min().item<float>() > low && inputs.max().item<float>() < high);
        Statistics.AssertMean(low + 0.05 * (high - low), inputs, rounding: 1e-5 * (high - low));
        var batch = images with { X = low + (high - low) * images.X };
        var gradients = Pass.Of(model, new Elbo(new ElboSpec()), batch, noise).Gradients["prior.inputs"];
        Assert.True(gradients.ne(0).to_type(float32).mean().item<float>() > 0.99, "elements without a gradient");
    }

    /// <summary>The paper's number, where Pythae and PyTorch-VAE have 50; the row is what its text says.</summary>
    [Fact]
    public void P16_A18_Pythae_and_PyTorchVae_have_fifty_components()
    {
        var row = ModelZoo.Find("VampPrior");
        Assert.Equal("vamp-vae", row.Name);
        Assert.Equal(500, ((VampPriorSpec)row.Spec.Prior).PseudoInputs);
    }
}
