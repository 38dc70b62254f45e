using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

public sealed class LearningRateTests
{
    private static double Factor(LearningRateSpec spec, double epochs)
    {
        using var noise = new SeededNoise(1);
        return spec.Start().Factor(new Progress(noise) { Epochs = epochs });
    }

    /// <summary>Burda et al. 2016: 0.001 · 10^(−i/7) for 3ⁱ passes over the data, i = 0 … 7, which are 3,280 in all.</summary>
    [Fact]
    public void Stages_are_those_of_the_paper()
    {
        var spec = new StagesLearningRate();
        var epochs = 0.0;
        for (var i = 0; i <= 7; i++)
        {
            var end = epochs + Math.Pow(3, i);
            foreach (var epoch in new[] { epochs, (epochs + end) / 2, end - 1.0 / 3_000 })
                Check.Close(Math.Pow(10, -i / 7.0), Factor(spec, epoch), relative: 1e-12, absolute: 0);
            epochs = end;
        }
        Assert.Equal(3_280, epochs);
    }

    /// <summary>Stages of equal length are the step schedule of one epoch.</summary>
    [Fact]
    public void Stages_that_do_not_grow_are_steps()
    {
        var (stages, step) = (new StagesLearningRate { Growth = 1, Decay = 0.5 }, new StepLearningRate { Every = 1, Decay = 0.5 });
        foreach (var epoch in new[] { 0, 0.5, 1, 1.5, 7.25, 20 })
            Assert.Equal(Factor(step, epoch), Factor(stages, epoch));
    }
}
