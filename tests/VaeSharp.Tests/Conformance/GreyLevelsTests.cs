using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Conformance;

/// <summary>
/// Models with other likelihoods on what they are for: grey images of 256 levels, most of whose pixels are exactly black.
/// </summary>
public sealed class GreyLevelsTests
{
    public static TheoryData<string> Rows =>
        [.. ModelZoo.Rows.Where(row => row.Group == ModelZoo.Find("continuous-bernoulli-vae").Group).Select(row => row.Name)];

    /// <summary>The default start of noise that is not known, and one as wide as the range of the data.</summary>
    public static TheoryData<LikelihoodSpec, LikelihoodSpec> Starts => new()
    {
        { new LearnedGaussianLikelihoodSpec(), new LearnedGaussianLikelihoodSpec { Sigma = 1 } },
        { new LearnedVarianceGaussianLikelihoodSpec(), new LearnedVarianceGaussianLikelihoodSpec { Sigma = 1 } },
        { new StudentTLikelihoodSpec(), new StudentTLikelihoodSpec { Scale = 1 } },
        { new DiscretisedLogisticLikelihoodSpec(), new DiscretisedLogisticLikelihoodSpec { Scale = 1 } },
    };

    [Theory, MemberData(nameof(Rows))]
    public void It_learns_grey_levels(string row)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Examples.Shrink(ModelZoo.Find(row).Spec), Examples.Images(), learningRate: 5e-3);
        var losses = Enumerable.Range(0, 60).Select(step => training.Step(Blots(32, seed: step))[training.First]).ToList();
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss), $"{loss}"));
        Assert.True(losses[^10..].Average() < losses[..10].Average(), $"{losses[..10].Average()} → {losses[^10..].Average()}");
    }

    /// <summary>
    /// After two thousand steps at the usual learning rate images from the prior are as bright as the data, pixel by pixel of their mean:
    /// nearer than half of what a picture of the data's mean brightness all over is off. Without a bound of its logits the continuous
    /// Bernoulli is off by twice that. Noise that is decoded for each pixel makes those far off cheap, so it is not held to this.
    /// </summary>
    [Theory, InlineData("continuous-bernoulli-vae"), InlineData("discretised-logistic-vae")]
    public void Images_from_the_prior_are_as_bright_as_the_data(string row)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(9);
        using var training = Trained(ModelZoo.Find(row).Spec, 2000);
        training.Model.eval();
        using var frozen = no_grad();
        var drawn = training.Model.Decode(training.Model.DrawCodes(2000, null, new Progress(noise), 1), null).Picture.mean([0L]);
        var data = Blots(2000, seed: -1).X.mean([0L]);
        var (error, flat) = ((drawn - data).abs().mean().item<float>(), (data - data.mean()).abs().mean().item<float>());
        Assert.True(error < flat / 2, $"off by {error}; a flat picture by {flat}");
    }

    [Theory, MemberData(nameof(Starts))]
    public void Noise_that_starts_near_the_size_of_errors_is_ahead(LikelihoodSpec near, LikelihoodSpec wide)
    {
        using var scope = NewDisposeScope();
        var ((first, error), (second, deviation)) = (LossOf(near), LossOf(wide));
        Assert.True(first < second - Statistics.Sigmas * (error + deviation),
            $"{first} ± {error}, from the wide start {second} ± {deviation}");

        static (double Mean, double Error) LossOf(LikelihoodSpec likelihood)
        {
            using var training = Trained(new VaeSpec { Latent = 10, Likelihood = likelihood }, 500);
            return Statistics.MeanOf(training.Losses(Blots(64, seed: -1), 100));
        }
    }

    private static Steps Trained(VaeSpec spec, int steps)
    {
        var training = new Steps(spec with { Network = new MlpSpec { Hidden = [64] } }, Examples.Images());
        for (var step = 0; step < steps; step++)
            training.Step(Blots(64, seed: step));
        return training;
    }

    /// <summary>A round blot of some brightness at some place in the middle of a black ground: [N, 1, 8, 8].</summary>
    private static Batch Blots(int count, long seed)
    {
        using var noise = new SeededNoise(seed);
        var (row, column, light) = (3 + 2 * Uniform(), 3 + 2 * Uniform(), 0.6 + 0.6 * Uniform());
        var places = arange(8, dtype: float32);
        var square = (places.view(8, 1) - row).square() + (places.view(1, 8) - column).square();
        var x = ((light * (-0.3 * square).exp() - 0.15) * 255).round().clamp(0, 255) / 255;
        return new Batch(x, arange(count, dtype: int64).remainder(3));

        Tensor Uniform() => noise.Uniform([count, 1, 1, 1], CPU);
    }
}
