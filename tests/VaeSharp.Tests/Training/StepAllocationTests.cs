using VaeSharp.Data;
using VaeSharp.Tests.Data;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

public sealed class StepAllocationTests
{
    [Theory]
    [InlineData("vae_mlp", Precision.Fp32)]
    [InlineData("vae_mlp", Precision.Bf16)]
    [InlineData("vae_cnn", Precision.Fp32)]
    [InlineData("cvae", Precision.Fp32)]
    public void A_step_of_a_recipe_leaves_little_to_the_collector(string recipe, Precision precision)
    {
        const int Steps = 20;
        var experiment = Recipes.Find(recipe);
        experiment = experiment with { Training = experiment.Training with { Precision = precision } };
        var data = new DigitsSpec { Limit = 10 * experiment.Training.BatchSize }.Load(DigitsData.Drawing).Train;
        using var session = new TrainingSession(experiment, data, validation: null, CPU);
        for (var warm = 0; warm < 10; warm++)
            Step(session);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
            Step(session);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Steps;
        TestContext.Current.TestOutputHelper?.WriteLine($"{recipe}, {precision}: {each:N0} B a step");
        Assert.InRange(each, 1, 50_000);
    }

    private static void Step(TrainingSession session)
    {
        if (session.Counters.Batch == session.Batches)
            session.Counters.Batch = 0;
        session.Step();
    }
}
