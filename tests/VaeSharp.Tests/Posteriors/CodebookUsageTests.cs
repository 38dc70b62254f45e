using VaeSharp.Data;
using VaeSharp.Distributions;
using VaeSharp.Tests.Data;
using VaeSharp.Training;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Codebooks at their defaults, on the drawn digits.</summary>
public sealed class CodebookUsageTests
{
    /// <summary>
    /// More than nine tenths of the 512 codes are chosen for some place of images that were not trained on: early, and where slow tests
    /// run, after epochs too.
    /// </summary>
    [Theory, InlineData("vq-vae"), InlineData("vq-vae-ema")]
    public void More_than_nine_tenths_of_the_codes_are_used(string row)
    {
        var experiment = Experiment.Of(row);
        var splits = new DigitsSpec { Limit = Slow.IsOn ? 20_000 : 10_240 }.Load(DigitsData.Drawing);
        using var session = new TrainingSession(experiment, splits.Train, validation: null, CPU);
        for (var step = 0; step < (Slow.IsOn ? 3000 : 120); step++)
        {
            if (session.Counters.Batch == session.Batches)
                (session.Counters.Batch, session.Counters.Epoch) = (0, session.Counters.Epoch + 1);
            session.Step();
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(1);
        var images = new Loader(splits.Test!, seed: 0, CPU).Load([.. Enumerable.Range(0, 1000)], epoch: 0);
        var choice = ((Quantised)session.Model.Encode(images, new Progress(noise))).Choice;
        var used = choice.Indices.unique().output.numel();
        TestContext.Current.TestOutputHelper?.WriteLine($"{row}: {used} of 512 codes");
        Assert.True(used > 0.9 * 512, $"{used} of 512 codes");
    }
}
