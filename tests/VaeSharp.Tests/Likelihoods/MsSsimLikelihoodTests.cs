using VaeSharp.Likelihoods;
using VaeSharp.Numerics;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Likelihoods;

public sealed class MsSsimLikelihoodTests
{
    /// <summary>−log p = w D (1 − MS-SSIM) of the decoder's output on the data's range, whatever that range is.</summary>
    [Theory, InlineData(0.0, 1.0), InlineData(-1.0, 1.0), InlineData(0.0, 255.0)]
    public void The_error_is_one_less_similarity_for_each_element_on_any_range(double low, double high)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (x, logits) = (noise.Uniform([5, 3, 28, 20], CPU), noise.Normal([2, 5, 1, 3, 28, 20], CPU));
        var data = new DataSpec(3, 28, 20) { Low = low, High = high };
        var p = new MsSsimLikelihood(data, new MsSsimLikelihoodSpec { Weight = 0.5 }).For(logits, null);
        var expected = 0.5 * 3 * 28 * 20 * (1 - new StructuralSimilarity(28, 20, 5).Of(x, logits.squeeze(2).sigmoid()));
        Check.Close(expected, -p.LogProb(low + (high - low) * x), 1e-3, 1e-2);
        Check.Close(low + (high - low) * logits.squeeze(2).sigmoid(), p.Mean, 1e-5, 1e-5);
    }

    [Fact]
    public void Vectors_and_unbounded_data_are_refused()
    {
        var spec = new VaeSpec { Likelihood = new MsSsimLikelihoodSpec() };
        Assert.Contains("needs images", Assert.Single(Compatibility.Violations(spec, new DataSpec(64))).Message);
        var unbounded = new DataSpec(1, 8, 8) { High = double.PositiveInfinity };
        Assert.Contains("known range", Assert.Single(Compatibility.Violations(spec, unbounded)).Message);
    }
}
