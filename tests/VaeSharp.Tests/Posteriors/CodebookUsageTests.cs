using VaeSharp.Data;
using VaeSharp.Distributions;
using VaeSharp.Posteriors;
using VaeSharp.Tests.Data;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Codebooks at their defaults, on the drawn digits.</summary>
public sealed class CodebookUsageTests
{
    /// <summary>
    /// More than nine tenths of the 512 codes are chosen for some place of images that were not trained on: early, a good while behind the
    /// last k-means, and where slow tests run, with all defaults after epochs too.
    /// </summary>
    [Theory, InlineData("vq-vae"), InlineData("vq-vae-ema")]
    public void More_than_nine_tenths_of_the_codes_are_used(string row)
    {
        var model = ModelZoo.Find(row).Spec;
        if (!Slow.IsOn)
            model = model with { Posterior = (CodebookPosteriorSpec)model.Posterior with { Warmup = 16 } };
        var used = Used(model, steps: Slow.IsOn ? 3000 : 120);
        Assert.True(used > 0.9 * 512, $"{used} of 512 codes");
    }

    /// <summary>
    /// Both codebooks are at work: with the defaults more than nine tenths of each are chosen on drawn digits. A minibatch has a third as
    /// many vectors for the top as for the bottom, so that its codes take longer to spread.
    /// </summary>
    [Fact]
    public void More_than_nine_tenths_of_both_codebooks_of_two_levels_are_used()
    {
        using var scope = NewDisposeScope();
        var indices = new RasterBlocks(7, 7).Split(Chosen(ModelZoo.Find("vq-vae-2").Spec, steps: Slow.IsOn ? 3000 : 250));
        var (top, bottom) = (indices.Blocks.unique().output.numel(), indices.Places.unique().output.numel());
        Assert.True(Math.Min(top, bottom) > 0.9 * 512, $"{top} and {bottom} of 512 codes");
    }

    /// <summary>Without k-means and revival most codes are never used: what the other test asks for does not come by itself.</summary>
    [Fact]
    public void Codes_from_chance_alone_are_hardly_used()
    {
        var model = ModelZoo.Find("vq-vae").Spec with { Posterior = new VectorQuantisedPosteriorSpec { KMeans = 0, Revival = 0 } };
        Assert.InRange(Used(model, steps: 60), 1, 256);
    }

    private static long Used(VaeSpec model, int steps)
    {
        using var scope = NewDisposeScope();
        return Chosen(model, steps).unique().output.numel();
    }

    // The indices of codes of 1000 images that were not trained on.
    private static Tensor Chosen(VaeSpec model, int steps)
    {
        var experiment = Experiment.Of("vq-vae") with { Model = model };
        var splits = new DigitsSpec { Limit = Slow.IsOn ? 20_000 : 10_240 }.Load(DigitsData.Drawing);
        using var session = new TrainingSession(experiment, splits.Train, validation: null, CPU);
        for (var step = 0; step < steps; step++)
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
        return choice.Indices.MoveToOuterDisposeScope();
    }
}
