using VaeSharp.Models;

namespace VaeSharp.Tests.Traps;

/// <summary>What Pythae's estimate of log p(x) gets wrong (P02), each as a test that fails on it.</summary>
public sealed class LogLikelihoodTraps
{
    private const int Seed = 5;

    private static (LinearGaussian Linear, Batch Batch) Make(int count)
    {
        using var noise = new SeededNoise(2);
        var linear = new LinearGaussian(shift: 0.3, spread: 1.3);
        return (linear, new Batch(linear.Draw(count, noise)));
    }

    private static double[] Estimate(LinearGaussian linear, Batch batch, int samples, int chunk)
    {
        using var noise = new SeededNoise(Seed);
        return LogLikelihood.Of(linear.Model, batch, samples, chunk, noise).Values;
    }

    /// <summary>Log weights of passes one behind the other, from the seed of the estimate: [draw][example].</summary>
    private static List<double[]> Weights(LinearGaussian linear, Batch batch, params int[] draws)
    {
        using var frozen = no_grad();
        using var noise = new SeededNoise(Seed);
        var rows = new List<double[]>();
        foreach (var size in draws)
        {
            var weights = linear.Model.Infer(batch, size, new Progress(noise)).LogWeight.to_type(float64);
            rows.AddRange(Enumerable.Range(0, size).Select(k => weights.select(0, k).contiguous().data<double>().ToArray()));
        }
        return rows;
    }

    /// <summary>
    /// P02: what is called a negative log-likelihood there is the log-likelihood. Here the value is log p(x), and says so.
    /// </summary>
    [Fact]
    public void P02_The_value_is_log_p_and_not_its_negative()
    {
        using var scope = NewDisposeScope();
        var (linear, batch) = Make(20);
        var truth = linear.LogEvidence(batch.X);
        Assert.True(truth < -1, "the test says nothing");
        Assert.InRange(Estimate(linear, batch, 2_000, 500).Average(), truth - 0.5, truth + 0.5);
    }

    /// <summary>P02: fewer draws than a batch has room for are that many draws there too, not a whole batch of them.</summary>
    [Fact]
    public void P02_One_draw_is_one_draw()
    {
        using var scope = NewDisposeScope();
        var (linear, batch) = Make(4);
        var expected = Weights(linear, batch, 1).Single();
        Check.Close(tensor(expected), tensor(Estimate(linear, batch, samples: 1, chunk: 100)));
    }

    /// <summary>
    /// P02: nothing switches Pythae's model out of training, so that layers which normalise over the batch make an estimate depend on what
    /// else is in it. Here the estimate of an example is the same beside others.
    /// </summary>
    [Fact]
    public void P02_Other_examples_do_not_change_an_estimate()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var spec = new VaeSharp.Zoo.VaeSpec { Latent = 3, Network = new VaeSharp.Networks.PythaeConvSpec { Channels = [8, 8] } };
        var (model, batch) = (spec.Build(Examples.Images(), noise), Examples.Batch(4));
        var together = Values(batch);
        for (var i = 0; i < 4; i++)
            Check.Close(together[i], Values(new Batch(batch.X.narrow(0, i, 1)))[0], 1e-5);

        double[] Values(Batch examples) => LogLikelihood.Of(model, examples, 1, 1, new ReplayedNoise(zeros(1, examples.Size, 3))).Values;
    }

    /// <summary>P02: the draws of a last, short batch count; 7 in batches of 3 are 7, not 6.</summary>
    [Fact]
    public void P02_The_remainder_is_not_dropped()
    {
        using var scope = NewDisposeScope();
        var (linear, batch) = Make(4);
        var rows = Weights(linear, batch, 3, 3, 1);
        var all = Enumerable.Range(0, 4).Select(i => Math.Log(rows.Average(row => Math.Exp(row[i])))).ToArray();
        var six = Enumerable.Range(0, 4).Select(i => Math.Log(rows.Take(6).Average(row => Math.Exp(row[i])))).ToArray();
        Assert.Contains(all.Zip(six), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
        Check.Close(tensor(all), tensor(Estimate(linear, batch, samples: 7, chunk: 3)));
    }

    /// <summary>P02: no graph is kept, which for thousands of draws would be all of the memory.</summary>
    [Fact]
    public void P02_No_gradients_are_recorded()
    {
        using var scope = NewDisposeScope();
        var (linear, batch) = Make(2);
        using var seeded = new SeededNoise(Seed);
        var noise = new Watching(seeded);
        LogLikelihood.Of(linear.Model, batch, samples: 3, chunk: 2, noise);
        Assert.Equal([false, false], noise.Recorded);
    }

    /// <summary>Notes at each draw whether gradients are recorded.</summary>
    private sealed class Watching(Noise inner) : Noise
    {
        public List<bool> Recorded { get; } = [];

        public override Tensor Normal(ReadOnlySpan<long> shape, Device device)
        {
            Recorded.Add(is_grad_enabled());
            return inner.Normal(shape, device);
        }

        public override Tensor Uniform(ReadOnlySpan<long> shape, Device device) => inner.Uniform(shape, device);

        public override Tensor Permutation(long count, Device device) => inner.Permutation(count, device);
    }
}
