using VaeSharp.Distributions;
using VaeSharp.Hierarchies;
using VaeSharp.Networks;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known libraries get wrong about latent variables above each other, each as a test that fails on it.</summary>
public sealed class HierarchyTraps
{
    private static readonly VaeSpec Ladder = new()
    {
        Latent = 2,
        Network = new MlpSpec { Hidden = [8] },
        Hierarchy = new LadderSpec { Above = [2], Layers = 0 },
    };

    /// <summary>
    /// A11: PyTorch-VAE draws z₁ to N(0, I) and adds a term for p(z₁|z₂) that does not divide by its variance. Where q(z₁|x, z₂) is
    /// p(z₁|z₂), whatever that is, z₁ costs nothing.
    /// </summary>
    [Fact]
    public void A11_A_lower_variable_that_is_as_the_upper_one_says_costs_nothing()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = Ladder with { Hierarchy = new TwoLevelSpec { Upper = 2, Width = 4 } };
        var model = spec.Build(Examples.Images(), noise);
        foreach (var side in new[] { "recognition.both", "generation" })
        {
            foreach (var head in new[] { "mean.weight", "logVar.weight" })
                model.Set($"hierarchy.{side}.{head}", zeros(1));
            model.Set($"hierarchy.{side}.mean.bias", tensor(new[] { 1.5f, -2 }));
            model.Set($"hierarchy.{side}.logVar.bias", tensor(new[] { -1f, 0.7f }));
        }
        var trace = model.Infer(Examples.Batch(), 2, new Progress(noise));
        Check.Close(zeros(2, 16), trace.Latents[0].Divergence, 0, 1e-5);
        Check.Close(zeros(2, 16), trace.Latents[0].LogRatio, 0, 1e-5);
        Assert.True(trace.Latents[1].Divergence.max().item<float>() > 0, "the test says nothing");
    }

    /// <summary>
    /// A12: PyTorch-VAE's divergence lacks the ½ of the log ratio. log(σ_p/σ_q) + (σ_q² + (μ_q − μ_p)²)/2σ_p² − ½, by numbers.
    /// </summary>
    [Fact]
    public void A12_The_divergence_has_the_half_of_the_log_ratio_of_variances()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var model = Ladder.Build(Examples.Images(), noise);
        Say(model, "recognition.messages.0", mean: 1, logVar: -1);
        Say(model, "generation.0", mean: -0.5, logVar: 0.8);
        var term = model.Infer(Examples.Batch(), 1, new Progress(noise)).Latents[0];
        var (precision, prior) = (Math.Exp(1) + Math.Exp(-0.8), Math.Exp(0.8));
        var (mean, variance) = ((1 * Math.Exp(1) - 0.5 * Math.Exp(-0.8)) / precision, 1 / precision);
        var kl = Math.Log(Math.Sqrt(prior / variance)) + (variance + Math.Pow(mean + 0.5, 2)) / (2 * prior) - 0.5;
        Check.Close(full(1, 16, (float)(2 * kl)), term.Divergence, 1e-5);
    }

    /// <summary>
    /// A12: PyTorch-VAE's divergence is that of the joined posterior and what the encoder said. Here it is that of the prior: where the
    /// encoder says nothing, z₁ costs nothing; where it says something, more than nothing although the joined posterior is near it.
    /// </summary>
    [Fact]
    public void A12_The_divergence_is_from_the_prior_and_not_from_what_the_encoder_said()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var model = Ladder.Build(Examples.Images(), noise);
        Say(model, "recognition.messages.0", mean: 3, logVar: 19);
        Check.Close(zeros(1, 16), model.Infer(Examples.Batch(), 1, new Progress(noise)).Latents[0].Divergence, 0, 1e-4);
        Say(model, "recognition.messages.0", mean: 3, logVar: -12);
        var term = model.Infer(Examples.Batch(), 1, new Progress(noise)).Latents[0];
        Check.Close(full(1, 16, 2, 3f), ((Normal)term.Posterior).Mean, 1e-3);
        Assert.True(term.Divergence.min().item<float>() > 5);
    }

    /// <summary>
    /// A12: an early version of PyTorch-VAE joins the topmost prior with the lowest message. Each variable is joined with the message of
    /// its own level.
    /// </summary>
    [Fact]
    public void A12_Each_level_has_its_own_message()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var model = (Ladder with { Hierarchy = new LadderSpec { Above = [2, 2, 2], Layers = 0 } }).Build(Examples.Images(), noise);
        for (var level = 0; level < 3; level++)
        {
            Say(model, $"recognition.messages.{level}", mean: 10 * (level + 1), logVar: -12);
            Say(model, $"generation.{level}", mean: 0, logVar: 0);
        }
        var latents = model.Infer(Examples.Batch(), 1, new Progress(noise)).Latents;
        Assert.Equal([1, 2, 3, 4], latents.Select(latent => latent.Level));
        for (var level = 0; level < 3; level++)
            Check.Close(full(1, 16, 2, 10f * (level + 1)), ((Normal)latents[level].Posterior).Mean, 1e-4);
    }

    private static void Say(nn.Module model, string net, double mean, double logVar)
    {
        model.Set($"hierarchy.{net}.mean.weight", zeros(1));
        model.Set($"hierarchy.{net}.logVar.weight", zeros(1));
        model.Set($"hierarchy.{net}.mean.bias", full(1, mean));
        model.Set($"hierarchy.{net}.logVar.bias", full(1, logVar));
    }
}
