using System.Diagnostics;
using TorchSharp;
using VaeSharp.Networks;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

/// <summary>Counts of the whole process: exact, since the tests of this project run one after the other.</summary>
public sealed class GrowthTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("vae", "mlp", Precision.Fp32)]
    [InlineData("vae", "mlp", Precision.Bf16)]
    [InlineData("vae", "conv", Precision.Fp32)]
    [InlineData("rae-gp", "conv", Precision.Fp32)]
    [InlineData("factor-vae", "mlp", Precision.Fp32)]
    [InlineData("iwae-dreg", "mlp", Precision.Fp32)]
    public void Ten_thousand_steps_leave_no_tensors_and_no_memory_behind(string row, string network, Precision precision)
    {
        var (tensors, memory) = (new List<long>(), new List<long>());
        var experiment = Small.Experiment(row, epochs: 112);
        if (network == "conv")
            experiment = experiment with { Model = experiment.Model with { Network = new ConvSpec { Channels = [8], Hidden = 8 } } };
        experiment = experiment with { Training = experiment.Training with { Precision = precision } };
        Trainer.Run(experiment, folder["run"], TestData.Splits(train: 3200), null, new TrainingWatch
        {
            Progress = report =>
            {
                if (!report.EpochEnded)
                    return;
                tensors.Add(torch.Tensor.TotalCount);
                memory.Add(Process.GetCurrentProcess().WorkingSet64);
            },
        });
        Assert.Equal(112, tensors.Count);                                                       // 90 steps an epoch: 10,080 steps
        Assert.Equal(tensors[6], tensors[^1]);
        // The collector's own ups and downs stay below 24 MB; a leak of 100 bytes a tensor and step would be 50.
        Assert.True(memory[^1] - memory[6] < 24 << 20, $"{memory[6] >> 20} → {memory[^1] >> 20} MiB");
    }

    [Fact]
    public void Calls_of_a_run_leave_no_tensors_behind()
    {
        Small.Train(Small.Experiment(), folder["run"]);
        using var run = Run.Open(folder["run"]);
        var data = TestData.Squares(700);
        run.Score(data);
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
        {
            run.Generate(10);
            run.Score(data);
            run.Reconstruct(data);
        }
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Opening_a_run_again_and_again_leaves_no_memory_behind()
    {
        var experiment = Small.Experiment(epochs: 1);
        Small.Train(experiment with { Model = experiment.Model with { Network = new MlpSpec { Hidden = [8000] } } }, folder["wide"]);
        Open(5);
        var before = Environment.WorkingSet;
        Open(40);                                                                               // 4 MB of weights each
        Assert.True(Environment.WorkingSet - before < 48 << 20, $"{before >> 20} → {Environment.WorkingSet >> 20} MiB");

        void Open(int times)
        {
            for (var i = 0; i < times; i++)
                Run.Open(folder["wide"]).Dispose();
        }
    }
}
