using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using VaeSharp.Numerics;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What Pythae's MSSSIM_VAE (P13) and PyTorch-VAE's MSSIMVAE (A16) get wrong, as MODELS.md lists it.</summary>
public sealed class MsSsimTraps
{
    private const long D = 28 * 28;

    /// <summary>
    /// P13, A16: prod(pow1[:-1] * pow2[-1]) raises the coarsest term to the number of finer scales. Of constant images every other term is
    /// 1.
    /// </summary>
    [Fact]
    public void P13_The_coarsest_scale_enters_once()
    {
        using var scope = NewDisposeScope();
        var measure = new StructuralSimilarity(45, 45, 5);
        Assert.Equal(3, measure.Weights.Count);
        var l = (2 * 0.2 * 0.9 + 1e-4) / (0.04 + 0.81 + 1e-4);
        var found = measure.Of(full([1, 45, 45], 0.2, float64), full([1, 45, 45], 0.9, float64)).item<double>();
        Check.Close(Math.Pow(l, measure.Weights[2]), found, 1e-6);
        Assert.True(Math.Abs(found - Math.Pow(l, 2 * measure.Weights[2])) > 0.05);
    }

    /// <summary>P13: (cs + 1) / 2 is another measure: an image and its negative would count as half alike.</summary>
    [Fact]
    public void P13_An_image_and_its_negative_are_not_half_alike()
    {
        using var scope = NewDisposeScope();
        var x = Examples.Batch(4, side: 28).X;
        Assert.True(new StructuralSimilarity(28, 28, 5).Of(x, 1 - x).max().item<float>() < 0.01);
    }

    /// <summary>
    /// P13: which scales there are is chosen by the size of the window and not of the image, and their weights are the first of five: of
    /// smaller images they do not sum to 1, and a similarity of 0.5 at all scales is another number for each size.
    /// </summary>
    [Theory, InlineData(11, 1), InlineData(28, 2), InlineData(45, 3), InlineData(64, 3), InlineData(176, 5), InlineData(500, 5)]
    public void P13_Weights_sum_to_one_whatever_fits_into_the_image(int side, int scales)
    {
        var weights = new StructuralSimilarity(side, side, 5).Weights;
        Assert.Equal(scales, weights.Count);
        Assert.Equal(1, weights.Sum(), tolerance: 1e-12);
        double[] published = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
        Assert.All(weights.Zip(published), pair => Assert.Equal(pair.Second / published.Take(scales).Sum(), pair.First, tolerance: 1e-12));
    }

    /// <summary>
    /// P13: one similarity in [0, 1] of the whole batch beside a divergence in nats. Here an image without likeness costs about D nats, and
    /// each example has its own.
    /// </summary>
    [Fact]
    public void P13_The_error_is_in_nats_of_each_example()
    {
        using var scope = NewDisposeScope();
        var x = Examples.Batch(4, side: 28).X;
        var found = LogProb(cat([x.narrow(0, 0, 2), 1 - x.narrow(0, 2, 2)]), x);
        Check.Close(zeros(2), found.narrow(0, 0, 2), 0, 0.05 * D);
        Assert.True(found.narrow(0, 2, 2).max().item<float>() < -0.95 * D);
    }

    /// <summary>A16: exp(+(i − 5)²/2σ²) is largest at the borders of the window. In one window, the middle must count most.</summary>
    [Fact]
    public void A16_The_window_is_a_bell()
    {
        using var scope = NewDisposeScope();
        var measure = new StructuralSimilarity(11, 11, 5);
        using var noise = new SeededNoise(1);
        var x = noise.Uniform([1, 11, 11], CPU);
        Assert.True(Changed(5, 5) < Changed(0, 0) - 1e-3, $"{Changed(5, 5)} in the middle, {Changed(0, 0)} in the corner");

        float Changed(long row, long column)
        {
            var y = x.clone();
            y[0, row, column] = 1 - y[0, row, column];
            return measure.Of(x, y).item<float>();
        }
    }

    /// <summary>
    /// A16: a negative structure to the power of a fraction is NaN, and clamped at 0 its gradient is infinite or nothing.
    /// </summary>
    [Theory, InlineData(8), InlineData(28), InlineData(64)]
    public void A16_Negative_structures_have_finite_errors_and_gradients(int side)
    {
        using var scope = NewDisposeScope();
        var x = Examples.Batch(3, side: side).X;
        foreach (var contrast in (double[])[4, 0.02])
        {
            var logits = ((0.5 - x) * contrast).requires_grad_();                                // light where x is dark
            var error = LogProb(logits.sigmoid(), x, side);
            error.sum().backward();
            Assert.True(Check.IsFinite(error) && Check.IsFinite(logits.grad!));
            if (contrast < 1)
                Assert.True(logits.grad!.abs().flatten(1).sum(dim: 1L).min().item<float>() > 1e-3);   // there is a way out
        }
    }

    /// <summary>No density, so bounds of several draws refuse it.</summary>
    [Fact]
    public void Importance_bounds_refuse_what_is_not_normalised()
    {
        var spec = ModelZoo.Find("ms-ssim-vae").Spec with { Objective = ModelZoo.Find("iwae").Spec.Objective };
        Assert.Contains("'ms-ssim' is not", Assert.Single(Compatibility.Violations(spec)).Message);
    }

    private static Tensor LogProb(Tensor mean, Tensor x, int side = 28)
    {
        var likelihood = new MsSsimLikelihood(new DataSpec(1, side, side), new MsSsimLikelihoodSpec());
        // The decoder's output is behind a sigmoid.
        var parameters = mean.clamp(1e-6, 1 - 1e-6).logit().unsqueeze(1);
        return ((Unnormalised)likelihood.For(parameters, null)).LogProb(x);
    }
}
