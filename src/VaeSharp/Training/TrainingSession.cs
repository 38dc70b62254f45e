using System.Runtime.InteropServices;
using VaeSharp.Data;
using VaeSharp.Models;
using VaeSharp.Numerics;
using VaeSharp.Objectives;

namespace VaeSharp.Training;

/// <summary>A model in training, with everything that moves: objective, optimisers, averages, randomness, counters.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly Experiment experiment;
    private readonly Loader train;
    private readonly Loader? validation;
    private readonly bool reduced;
    private readonly WeightCopies copies = new();
    private int[] order = [];
    private int[][] otherOrders = [];
    private int orderedEpoch = -1;

    /// <summary>
    /// Builds everything, in the one order that works: build, move to the device, optimisers; state is loaded after that.
    /// </summary>
    /// <param name="experiment">Model, training, data and seed.</param>
    /// <param name="train">What is trained on.</param>
    /// <param name="validation">What is validated on; null for nothing.</param>
    /// <param name="device">Where the model goes.</param>
    /// <param name="isFresh">
    /// Whether weights start anew. A training that goes on has them from its checkpoint, and files that they started from may be gone.
    /// </param>
    public TrainingSession(Experiment experiment, Dataset train, Dataset? validation, Device device, bool isFresh = true)
        : this(experiment, train, validation, device, start => new Learner(
            isFresh ? experiment.Model.Build(train.Spec, start) : experiment.Model.Build(train.Spec),
            experiment.Model.BuildObjective(train.Spec, start)))
    {
    }

    /// <summary>The same for anything that learns.</summary>
    /// <param name="experiment">Training and seed.</param>
    /// <param name="train">What is trained on.</param>
    /// <param name="validation">What is validated on; null for nothing.</param>
    /// <param name="device">Where the model goes.</param>
    /// <param name="build">Builds what learns, with starting weights from the noise.</param>
    public TrainingSession(
        Experiment experiment, Dataset train, Dataset? validation, Device device, Func<Noise, Learner> build)
    {
        this.experiment = experiment;
        Device = device;
        reduced = ComputeResources.UsesReducedPrecision(experiment.Training.Precision, device);
        this.train = new Loader(train, experiment.Seed, device);
        this.validation = validation is null ? null : new Loader(validation, experiment.Seed, device);
        using (var start = new SeededNoise(Stream(0)))
            Learner = build(start);
        Model.to(device);
        Objective.to(device);
        Learner.FreezeTheRest();
        Noise = new SeededNoise(Stream(1));
        Players = [.. Objective.Players(Model)
            .Select(player => new TrainingPlayer(player, experiment.Training.Optimizer, copies))
            .Where(player => player.Parameters.Length > 0)];
        Average = new WeightAverage(Learner.Learned, experiment.Training.AverageDecay);
        LearningRate = experiment.Training.Schedule.Start();
    }

    public Learner Learner { get; }

    public Autoencoder Model => Learner.Model;

    public Objective Objective => Learner.Objective;

    public Device Device { get; }

    public SeededNoise Noise { get; }

    public IReadOnlyList<TrainingPlayer> Players { get; }

    public WeightAverage Average { get; }

    public LearningRate LearningRate { get; }

    public Counters Counters { get; set; } = new();

    public TermMeans Means { get; } = new();

    /// <summary>Number of steps in an epoch.</summary>
    public int Batches => (train.Data.Count + experiment.Training.BatchSize - 1) / experiment.Training.BatchSize;

    /// <summary>Number of steps of the whole training.</summary>
    public long TotalSteps => (long)Batches * experiment.Training.Epochs;

    /// <summary>One step: infer, compute, every player's gradient, and only then every player's move.</summary>
    /// <returns>Number of examples.</returns>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite; nothing has moved.</exception>
    public int Step()
    {
        using var scope = NewDisposeScope();
        var batch = Take(order: Order(), loader: train);
        var progress = Here(training: true);
        if (otherOrders.Length > 0)
            progress = progress with { Others = [.. otherOrders.Select(other => Take(other, train))] };
        Trace trace;
        Losses losses;
        using (ReducedPrecision.Use(reduced, copies))
        {
            trace = Model.Infer(batch, Objective.Samples, progress);
            losses = Objective.Compute(Model, trace, progress);
        }
        var terms = Read(losses);
        for (var i = terms.Count - 1; i >= 0; i--)                                            // terms before the losses that they add up to
        {
            if (!double.IsFinite(terms[i].Value))
                throw new TrainingDivergedException(terms[i].Name, terms[i].Value, Counters.Step);
        }

        var moving = new TrainingPlayer[losses.ByPlayer.Count];
        for (var i = 0; i < moving.Length; i++)
        {
            moving[i] = PlayerNamed(losses.ByPlayer[i].Player);
            moving[i].Backward(losses.ByPlayer[i].Loss, keepGraph: i < moving.Length - 1);
        }
        foreach (var player in moving)
            player.Clip(experiment.Training.ClipNorm, Counters.Step);
        var factor = LearningRate.Factor(progress);
        foreach (var player in moving)
            player.Move(factor);

        using (no_grad())
        {
            Model.Update(trace, progress);
            Average.Follow(Counters.Step);
        }
        Means.Add(terms, batch.Size);
        Counters.Step++;
        Counters.Batch++;
        return (int)batch.Size;
    }

    /// <summary>
    /// The terms over the validation data, with every schedule at its end, on averaged weights where there are any. Draws from a generator
    /// of its own, so that validating never moves training. Null without validation data.
    /// </summary>
    public IReadOnlyDictionary<string, double>? Validate()
    {
        if (validation is null)
            return null;
        using var frozen = no_grad();
        using var averaged = Average.InModel();
        using var noise = new SeededNoise(Stream(2));
        var means = new TermMeans();
        var progress = Here(training: false) with { Noise = noise };
        var indices = Enumerable.Range(0, validation.Data.Count).ToArray();
        for (var from = 0; from < indices.Length; from += experiment.Training.BatchSize)
        {
            CollectorPause.Renew();
            using var scope = NewDisposeScope();
            var batch = validation.Load(indices.AsSpan(from, Math.Min(experiment.Training.BatchSize, indices.Length - from)), epoch: 0);
            var trace = Model.Infer(batch, Objective.Samples, progress);
            means.Add(Read(Objective.Compute(Model, trace, progress)), batch.Size);
        }
        return means.Means;
    }

    public void Dispose()
    {
        foreach (var player in Players)
            player.Dispose();
        copies.Dispose();
        Average.Dispose();
        Noise.Dispose();
        Objective.Dispose();
        Model.Dispose();
    }

    /// <summary>
    /// A seed for each use of randomness, so that starting weights, training and validation do not draw the same numbers.
    /// </summary>
    private long Stream(long use) => (long)new SplitMix64(experiment.Seed, use).Next();

    private Progress Here(bool training) => new(Noise)
    {
        Step = Counters.Step,
        TotalSteps = TotalSteps,
        Epochs = (double)Counters.Step / Batches,
        TrainingSetSize = train.Data.Count,
        Training = training,
    };

    /// <summary>The examples' order in the current epoch; further orders for objectives that ask for several batches.</summary>
    private int[] Order()
    {
        if (orderedEpoch != Counters.Epoch)
        {
            orderedEpoch = Counters.Epoch;
            order = Shuffle.Order(experiment.Seed, orderedEpoch, train.Data.Count);
            otherOrders = [.. Enumerable.Range(1, Objective.Batches - 1)
                .Select(stream => Shuffle.Order(experiment.Seed, orderedEpoch, train.Data.Count, stream))];
        }
        return order;
    }

    private Batch Take(int[] order, Loader loader)
    {
        var from = Counters.Batch * experiment.Training.BatchSize;
        return loader.Load(order.AsSpan(from, Math.Min(experiment.Training.BatchSize, order.Length - from)), Counters.Epoch);
    }

    /// <summary>The losses and terms as numbers, read together: the first player's as "loss", others under their names.</summary>
    private static List<(string Name, double Value)> Read(Losses losses)
    {
        var players = losses.ByPlayer.Count;
        var scalars = new Tensor[players + losses.Terms.Count];
        for (var i = 0; i < scalars.Length; i++)
            scalars[i] = Scalar(i < players ? losses.ByPlayer[i].Loss.detach() : losses.Terms[i - players].Value);
        var together = stack(scalars);
        var values = MemoryMarshal.Cast<byte, float>((together.device_type == DeviceType.CPU ? together : together.cpu()).bytes);
        var named = new List<(string, double)>(scalars.Length);
        for (var i = 0; i < scalars.Length; i++)
            named.Add((i == 0 ? "loss" : i < players ? losses.ByPlayer[i].Player : losses.Terms[i - players].Name, values[i]));
        return named;
    }

    // A loop leaves nothing to the collector.
    private TrainingPlayer PlayerNamed(string name)
    {
        for (var i = 0; i < Players.Count; i++)
        {
            if (Players[i].Name == name)
                return Players[i];
        }
        throw new InvalidOperationException($"There is a loss of '{name}', but no such player.");
    }

    // TorchSharp would make another object of what is a scalar already.
    private static Tensor Scalar(Tensor x) => x.dim() == 0 ? x : x.reshape([]);
}
