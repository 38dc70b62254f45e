using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

/// <summary>
/// Which runs draw new examples: those whose codes have a density, and those whose penalty or bound draws codes to the prior.
/// </summary>
public sealed class GenerationTests
{
    [Theory]
    [InlineData("vae", true, true)]
    [InlineData("ae", false, false)]
    [InlineData("rae", false, false)]
    [InlineData("wae-mmd", true, false)]
    [InlineData("swae", true, false)]
    [InlineData("aae", true, false)]
    [InlineData("wae-gan", true, false)]
    [InlineData("avb", true, false)]
    [InlineData("vae-gan", true, true)]
    public void Codes_that_follow_the_prior_are_drawn_from_it(string row, bool generates, bool hasDensity)
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(row, epochs: 1), folder["run"]);
        using var run = Run.Open(folder["run"]);
        Assert.Equal(generates, run.CanGenerate);
        Assert.Equal(hasDensity, run.PartWithoutDensity is null);
        var data = TestData.Splits().Test!;
        Assert.All(run.Score(data), score => Assert.True(float.IsFinite(score)));
        Assert.Equal(data.Count * (int)run.Latent.Size, run.Encode(data).Length);
        if (!hasDensity)
            Assert.Contains("posterior", Assert.Throws<ArgumentException>(() => run.LogLikelihood(data, samples: 2)).Message);
    }
}
