using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What PyTorch-VAE's DFCVAE (A07) does otherwise, as MODELS.md lists it.</summary>
public sealed class PerceptualTraps
{
    /// <summary>A07 downloads a network when a model is made. Here the row needs no file, and every model has the same network.</summary>
    [Fact]
    public void A07_A_model_is_made_without_a_download_and_always_with_the_same_network()
    {
        using var scope = NewDisposeScope();
        var row = ModelZoo.Find("dfc-vae");
        Assert.Equal("perceptual-vae", row.Name);
        Assert.Equal("", ((PerceptualLikelihoodSpec)row.Spec.Likelihood).Weights);
        var (one, other) = (Network(seed: 1), Network(seed: 2));
        Assert.Equal(6, one.Count);
        Assert.All(one, pair => Check.Close(pair.Value, other[pair.Key], 0, 0));

        Dictionary<string, Tensor> Network(long seed)
        {
            using var noise = new SeededNoise(seed);
            return row.Spec.Build(new DataSpec(3, 16, 16), noise).named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer);
        }
    }

    /// <summary>
    /// A07 takes means over pixels and features, beside a divergence in nats, which outweighs them. Here a repeated image costs as much as
    /// it has elements: the same error twice as wide costs twice as much.
    /// </summary>
    [Fact]
    public void A07_The_error_counts_elements_as_the_divergence_counts_nats()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (x, logits) = (noise.Uniform([3, 1, 32, 32], CPU), noise.Normal([3, 1, 1, 32, 32], CPU));
        // A kernel of one place sees no borders, so that the wide image is exactly the image twice.
        var (one, two) = (Error(x, logits), Error(cat([x, x], -1), cat([logits, logits], -1)));
        Check.Close(2 * one, two, 1e-4);
        Assert.True(one.min().item<float>() > 100);

        static Tensor Error(Tensor x, Tensor logits)
        {
            var likelihood = new PerceptualLikelihood(new DataSpec([.. x.shape[1..]]), new PerceptualLikelihoodSpec { Kernel = 1 });
            using var noise = new SeededNoise(1);
            likelihood.Initialise(noise);
            return -likelihood.For(logits, null).LogProb(x);
        }
    }
}
