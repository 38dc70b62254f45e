using VaeSharp.Evaluation;
using VaeSharp.Tests.Training;
using VaeSharp.Training;

namespace VaeSharp.Tests.Evaluation;

public sealed class ReconstructionErrorTests
{
    [Fact]
    public void It_is_the_mean_of_the_squares()
    {
        Assert.Equal(0, ReconstructionError.MeanSquared([0.5f, 1], [0.5f, 1]));
        Assert.Equal((0.25 + 0 + 4 + 1) / 4, ReconstructionError.MeanSquared([0.5f, 1, 0, 3], [0, 1, 2, 2]));
    }

    [Fact]
    public void Arrays_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ReconstructionError.MeanSquared([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => ReconstructionError.MeanSquared([], []));
    }

    /// <summary>1,100 examples are two pieces, the second of them short: it weighs less.</summary>
    [Theory]
    [InlineData("vae", 37)]
    [InlineData("cvae", 1_100)]
    public void Of_a_run_it_is_that_of_all_examples_at_once(string row, int count)
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(row, epochs: 1), folder["run"]);
        using var run = Run.Open(folder["run"]);
        var data = TestData.Squares(count);
        var x = new float[count * 64];
        data.CopyTo([.. Enumerable.Range(0, count)], x);
        var y = run.Reconstruct(data);
        var expected = Enumerable.Range(0, x.Length).Average(i => Math.Pow(x[i] - (double)y[i], 2));
        Check.Close(expected, ReconstructionError.MeanSquared(run, data), relative: 1e-6);
    }
}
