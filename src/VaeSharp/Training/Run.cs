using VaeSharp.Data;
using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Keras;
using VaeSharp.Models;
using VaeSharp.Native;
using VaeSharp.Numerics;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Training;

/// <summary>A trained model, over plain arrays. Safe for use from several threads; nothing that it gives has to be disposed.</summary>
/// <remarks>
/// Arrays are flat, the last index fastest; values are in the range of <see cref="Data"/>. All arithmetic is in single precision.
/// </remarks>
public sealed class Run : IDisposable
{
    private const int BatchSize = 500;
    private const int Evaluated = 20;                                                            // examples, and draws of each, at once
    private const int Chunk = 200;
    private readonly Lock gate = new();
    private readonly Autoencoder model;
    private readonly Device device;
    private bool disposed;

    private Run(string path, Experiment experiment, Experiment? fit, Autoencoder model, Device device) =>
        (Path, Experiment, Fit, this.model, this.device) = (path, experiment, fit, model, device);

    /// <summary>The run's folder.</summary>
    public string Path { get; }

    /// <summary>What was trained, and how.</summary>
    public Experiment Experiment { get; }

    /// <summary>How the prior was fitted to the model's codes; null where it is the one that the model trained with.</summary>
    public Experiment? Fit { get; }

    /// <summary>p(z), which codes are drawn from: the model's own, or the one that was fitted to its codes.</summary>
    public PriorSpec Prior => Fit?.Model.Prior ?? Experiment.Model.Prior.WhileTraining();

    /// <summary>What one example is.</summary>
    public DataSpec Data => model.Data;

    /// <summary>The space that codes live in.</summary>
    public LatentSpace Latent => model.Latent;

    /// <summary>Whether the model is told a label with each example and code.</summary>
    public bool NeedsLabels => model.NeedsLabels;

    /// <summary>Whether codes follow the prior, so that new examples can be drawn from it.</summary>
    public bool CanGenerate => Fit is not null || HasDivergence || Experiment.Model.MatchesPrior;

    /// <summary>Whether the model learned a metric of codes, which new examples can be drawn by.</summary>
    public bool HasMetric => Experiment.Model.Posterior.HasMetric;

    private bool HasDivergence => Experiment.Model.Posterior.Gives.HasFlag(Traits.DensityAtOwnDraw);

    /// <summary>
    /// What a loss of the model has beside errors and divergences, in nats: less this it is the number that Keras scripts print.
    /// </summary>
    public double Constant => model.Constant;

    /// <summary>The model's layers, for summaries, diagrams and exports.</summary>
    public Architecture Architecture
    {
        get
        {
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                return model.Describe();
            }
        }
    }

    /// <summary>Opens the best weights of a run.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="device">Where the model goes: <c>cpu</c>, <c>cuda</c>, <c>auto</c>.</param>
    /// <exception cref="IOException">There is no run in the folder, or it has no weights yet.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged, or weights and experiment do not fit; the message lists what
    /// differs.</exception>
    public static Run Open(string path, string device = "cpu")
    {
        Libtorch.Load();
        RunFolder.Expect(path);
        var experiment = Experiment.Load(System.IO.Path.Combine(path, "experiment.json"));
        var weights = System.IO.Path.Combine(path, "weights.safetensors");
        if (!File.Exists(weights))
            throw new FileNotFoundException($"Run '{path}' has no weights yet. Train it with 'vae train --resume {path}'.");
        var fit = FittedPrior.Find(path);
        var model = FittedPrior.Open(path, experiment, fit);
        var place = ComputeResources.DeviceOf(device);
        model.to(place);
        model.eval();
        return new Run(path, experiment, fit, model, place);
    }

    /// <summary>The code of each example, the mean of q(z|x): [N, *latent].</summary>
    /// <exception cref="ArgumentException">The examples are of another shape or range, or labels are missing.</exception>
    public float[] Encode(Dataset data) => Map(data, (batch, progress) => model.Encode(batch, progress).Mean);

    /// <summary>The code of each example, the mean of q(z|x): [N, *latent].</summary>
    /// <param name="x">Examples: [N, *shape].</param>
    /// <param name="labels">Their labels, where the model is told them: [N].</param>
    /// <exception cref="ArgumentException">The examples are of another shape or range, or labels are missing.</exception>
    public float[] Encode(ReadOnlyMemory<float> x, ReadOnlyMemory<int> labels = default) => Encode(Examples(x, labels));

    /// <summary>q(z|x) of each example: the means, and the logarithms of the variances where they are Gaussian.</summary>
    /// <exception cref="ArgumentException">The examples are of another shape or range, or labels are missing.</exception>
    public Posteriors EncodePosteriors(Dataset data)
    {
        var (units, count) = (checked((int)Latent.Size), data.Count);
        var both = Map(data, (batch, progress) => model.Encode(batch, progress) switch
        {
            Normal q => cat([q.Mean, q.LogVar.expand_as(q.Mean)], dim: 1),
            var q => q.Mean,
        });
        if (both.Length == count * units)
            return new Posteriors(both, null);
        var (mean, logVar) = (new float[count * units], new float[count * units]);
        for (var i = 0; i < count; i++)
        {
            both.AsSpan(2 * i * units, units).CopyTo(mean.AsSpan(i * units));
            both.AsSpan((2 * i + 1) * units, units).CopyTo(logVar.AsSpan(i * units));
        }
        return new Posteriors(mean, logVar);
    }

    /// <summary>
    /// Writes the weights as files that Keras loads, and a Python program that builds the model in Keras 3 and loads them.
    /// </summary>
    /// <param name="folder">Where they are written; made if it is not there.</param>
    /// <returns>The files: <c>name.weights.h5</c>, <c>name.h5</c> (older layout), <c>name.py</c>.</returns>
    /// <exception cref="NotSupportedException">A part of the model has no counterpart in Keras.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public IReadOnlyList<string> ExportKeras(string folder) => new KerasExport(this, folder).Write();

    /// <summary>Writes the weights as a file that Keras loads.</summary>
    /// <param name="file">Its path. Ends in <c>.weights.h5</c> for Keras 3, and in <c>.h5</c> for the older layout.</param>
    /// <exception cref="NotSupportedException">A part of the model has no counterpart in Keras.</exception>
    public void SaveKeras(string file)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            KerasFiles.Save(model, file, Experiment.Name, older: !file.EndsWith(".weights.h5", StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// What each example looks like behind its code, <see cref="Distributions.Distribution.Picture"/> of p(x|z), most often its mean: [N,
    /// *shape].
    /// </summary>
    /// <exception cref="ArgumentException">The examples are of another shape or range, or labels are missing.</exception>
    public float[] Reconstruct(Dataset data) =>
        Map(data, (batch, progress) => model.Decode(model.Encode(batch, progress).Mean, batch.Labels).Picture);

    /// <summary>
    /// What each example looks like behind its code, <see cref="Distributions.Distribution.Picture"/> of p(x|z), most often its mean: [N,
    /// *shape].
    /// </summary>
    /// <param name="x">Examples: [N, *shape].</param>
    /// <param name="labels">Their labels, where the model is told them: [N].</param>
    /// <exception cref="ArgumentException">The examples are of another shape or range, or labels are missing.</exception>
    public float[] Reconstruct(ReadOnlyMemory<float> x, ReadOnlyMemory<int> labels = default) => Reconstruct(Examples(x, labels));

    /// <summary>
    /// How unusual each example is, in nats: the negative evidence lower bound, which is at least −log p(x). For models whose codes have no
    /// density it is −log p(x|z). Higher is more unusual.
    /// </summary>
    /// <remarks>
    /// It bounds −log p(x) only where the likelihood is a density: not with <c>ms-ssim</c> and <c>perceptual</c>, of which nobody knows
    /// what they integrate to, and not with <c>bernoulli</c> where values lie between 0 and 1. The order of the examples means the same.
    /// </remarks>
    /// <param name="data">The examples.</param>
    /// <param name="samples">Number of draws that the bound is averaged over. The draws are the same in each call.</param>
    /// <exception cref="ArgumentException">The examples are of another shape or range, or labels are missing.</exception>
    public float[] Score(Dataset data, int samples = 8)
    {
        samples = Experiment.Model.Posterior.Draws(samples);
        return Map(data, (batch, progress) =>
        {
            var trace = model.Infer(batch, samples, progress);
            return (HasDivergence ? Divergence(trace, progress) - trace.LogLikelihood : -trace.LogLikelihood).mean([0]);
        });
    }

    // Where of log p(z) a bound is known, it takes the place of log p(z), and a bound of log p(x) is left.
    private Tensor Divergence(Trace trace, Progress progress) => Prior.Gives.HasFlag(Traits.DensityAnywhere)
        ? trace.Divergence
        : trace.Latents.Select(latent => latent.Draw.LogQ! - latent.Prior.LogBoundOf(latent.Draw, progress.Noise))
            .Aggregate((sum, term) => sum + term);

    /// <inheritdoc cref="Score(Dataset, int)"/>
    /// <param name="x">Examples: [N, *shape].</param>
    /// <param name="labels">Their labels, where the model is told them: [N].</param>
    /// <param name="samples">Number of draws that the bound is averaged over. The draws are the same in each call.</param>
    public float[] Score(ReadOnlyMemory<float> x, ReadOnlyMemory<int> labels = default, int samples = 8) =>
        Score(Examples(x, labels), samples);

    /// <summary>
    /// Whether what <see cref="LogLikelihood"/> estimates is a log density of such data. A Bernoulli of grey values is none: its numbers
    /// compare with those of such models only.
    /// </summary>
    public bool IsDensityOf(DataSpec data) => PartWithoutDensity is null && Experiment.Model.Likelihood.IsDensityOf(data);

    /// <summary>
    /// The part for whose lack of a density log p(x) cannot be estimated: <c>posterior</c>, <c>prior</c> or <c>likelihood</c>; null where
    /// all have one.
    /// </summary>
    public string? PartWithoutDensity => Experiment.Model switch
    {
        _ when !HasDivergence => "posterior",
        _ when !Prior.Gives.HasFlag(Traits.DensityAnywhere) => "prior",
        var spec when !spec.Likelihood.Gives.HasFlag(Traits.NormalisedLikelihood) => "likelihood",
        _ => null,
    };

    /// <summary>The importance-sampled estimate of log p(x) of each example: log (1/K) Σ p(x, zₖ) / q(zₖ|x), in nats.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="samples">Number K of draws. Papers: 5000.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <param name="progress">Is told how many examples are done, now and then.</param>
    /// <param name="cancellation">Ends the work between two pieces.</param>
    /// <exception cref="ArgumentException">The examples are of another shape or range, labels are missing, or the model's posterior, prior
    /// or likelihood has no density.</exception>
    public LogLikelihood LogLikelihood(
        Dataset data, int samples = 5000, long seed = 0, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        samples = Experiment.Model.Posterior.Draws(samples);
        if (PartWithoutDensity is { } part)
            throw new ArgumentException($"log p(x) cannot be estimated: the {part} of model '{Experiment.Name}' has no density.");
        CheckFit(data);
        var (pieces, loader) = (new List<LogLikelihood>(), new Loader(data, seed: 0, device));
        ForBatches(data.Count, Evaluated, seed, (from, size, stand) =>
        {
            cancellation.ThrowIfCancellationRequested();
            pieces.Add(Models.LogLikelihood.Of(model, Load(loader, from, size), samples, Chunk, stand.Noise));
            progress?.Invoke((int)(from + size));
        });
        return new LogLikelihood([.. pieces.SelectMany(piece => piece.Values)], [.. pieces.SelectMany(piece => piece.Reconstruction)],
            [.. pieces.SelectMany(piece => piece.Divergence)]);
    }

    /// <summary><see cref="Distributions.Distribution.Picture"/> of p(x|z) at each code, most often its mean: [N, *shape].</summary>
    /// <param name="codes">Codes: [N, *latent].</param>
    /// <param name="labels">A label for each, where the model is told them: [N].</param>
    /// <exception cref="ArgumentException">The codes are of another length, or labels are missing or unknown.</exception>
    public float[] Decode(ReadOnlyMemory<float> codes, ReadOnlyMemory<int> labels = default)
    {
        if (codes.Length % Latent.Size != 0)
            throw new ArgumentException($"Codes must have {Latent.Size} units each, got {codes.Length} numbers in all.", nameof(codes));
        var count = (int)(codes.Length / Latent.Size);
        CheckLabels(labels.Span, count);
        return InBatches(count, (from, size, _) =>
        {
            var z = tensor(codes.Slice((int)(from * Latent.Size), (int)(size * Latent.Size)).ToArray(),
                [size, .. Latent.Shape], device: device);
            return model.Decode(z, Labels(labels, from, size)).Picture;
        });
    }

    /// <summary>
    /// New examples: <see cref="Distributions.Distribution.Picture"/> of p(x|z), most often its mean, at codes from the prior, [count,
    /// *shape].
    /// </summary>
    /// <param name="count">Number of examples.</param>
    /// <param name="labels">A label for each, where the model is told them: [count].</param>
    /// <param name="seed">The same seed gives the same examples.</param>
    /// <param name="temperature">Factor on the spread of the prior, or divisor of pixel-cnn's logits: above 1 more varied.</param>
    /// <exception cref="ArgumentException">Labels are missing or unknown.</exception>
    public float[] Generate(int count, ReadOnlyMemory<int> labels = default, long seed = 0, double temperature = 1) =>
        Decoded(count, labels, seed, (size, told, progress) => model.DrawCodes(size, told, progress, temperature));

    /// <summary>
    /// New examples as <see cref="Generate"/> gives them, at codes where the metric that the model learned says that codes of data are.
    /// </summary>
    /// <param name="count">Number of examples.</param>
    /// <param name="labels">A label for each, where the model is told them: [count].</param>
    /// <param name="seed">The same seed gives the same examples.</param>
    /// <param name="chain">How codes walk there from the metric's centroids. Null is as published.</param>
    /// <exception cref="NotSupportedException">The model has none: see <see cref="HasMetric"/>.</exception>
    /// <exception cref="SpecException">A number of the chain is out of its bounds.</exception>
    /// <exception cref="ArgumentException">Labels are missing or unknown.</exception>
    public float[] GenerateByMetric(int count, ReadOnlyMemory<int> labels = default, long seed = 0, HamiltonianChainSpec? chain = null)
    {
        if (!HasMetric)
            throw new NotSupportedException($"Model '{Experiment.Name}' has no metric to draw codes by.");
        chain ??= new();
        Compatibility.Refuse(SpecValidator.Violations(chain));
        return Decoded(count, labels, seed, (size, _, progress) => model.DrawByMetric(size, chain, progress.Noise));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            model.Dispose();
        }
    }

    private Dataset Examples(ReadOnlyMemory<float> x, ReadOnlyMemory<int> labels) =>
        Dataset.From(x, [.. Data.Shape], labels, labels.IsEmpty ? null : Data.ClassNames, range: (Data.Low, Data.High));

    private float[] Decoded(int count, ReadOnlyMemory<int> labels, long seed, Func<long, Tensor?, Progress, Tensor> draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        CheckLabels(labels.Span, count);
        return InBatches(count, (from, size, progress) =>
        {
            var told = Labels(labels, from, size);
            return model.Decode(draw(size, told, progress), told).Picture;
        }, seed);
    }

    private float[] Map(Dataset data, Func<Batch, Progress, Tensor> map)
    {
        CheckFit(data);
        var loader = new Loader(data, seed: 0, device);
        return InBatches(data.Count, (from, size, progress) => map(Load(loader, from, size), progress));
    }

    private static Batch Load(Loader loader, long from, long size) => loader.Load([.. Enumerable.Range((int)from, (int)size)], epoch: 0);

    private void CheckFit(Dataset data)
    {
        if (!data.Spec.Shape.SequenceEqual(Data.Shape))
            throw new ArgumentException($"Examples must be {Data.ShapeText}, got {data.Spec.ShapeText}.", nameof(data));
        if (data.Spec.Low < Data.Low || data.Spec.High > Data.High)
        {
            var (low, high) = data.Extent();
            throw new ArgumentException(
                $"Values must be in [{Data.Low}, {Data.High}], but the data reach from {low} to {high}. "
                    + "Scale them; bytes are scaled by themselves.", nameof(data));
        }
        if (NeedsLabels && (!data.HasLabels || data.Spec.Classes > Data.Classes))
            throw new ArgumentException($"This model is told labels from 0 to {Data.Classes - 1}; "
                + $"the data have {(data.HasLabels ? "others" : "none")}.", nameof(data));
    }

    private float[] InBatches(int count, Func<long, long, Progress, Tensor> map, long seed = 0)
    {
        float[] result = [];
        ForBatches(count, BatchSize, seed, (from, size, progress) =>
        {
            var values = map(from, size, progress).As(ScalarType.Float32).cpu().contiguous();
            var width = (int)(values.numel() / values.size(0));
            if (from == 0)
                result = Room(checked(count * width));
            Kernels.Numbers(values).CopyTo(result.AsSpan((int)from * width));
            GC.KeepAlive(values);
        });
        return result;
    }

    private void ForBatches(int count, int batchSize, long seed, Action<long, long, Progress> work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            using var pause = new CollectorPause();
            using var frozen = no_grad();
            using var noise = new SeededNoise(seed);
            for (var from = 0; from < count; from += batchSize)
            {
                CollectorPause.Renew();
                using var scope = NewDisposeScope();
                work(from, Math.Min(batchSize, count - from), new Progress(noise));
            }
        }
    }

    private static float[] Room(int length)
    {
        var room = GC.AllocateUninitializedArray<float>(length);
        HugePages.Use(room.AsSpan());
        return room;
    }

    private Tensor? Labels(ReadOnlyMemory<int> labels, long from, long size) => !NeedsLabels ? null
        : tensor(Array.ConvertAll(labels.Slice((int)from, (int)size).ToArray(), label => (long)label), device: device);

    private void CheckLabels(ReadOnlySpan<int> labels, int count)
    {
        if (!NeedsLabels)
            return;
        if (labels.Length != count)
            throw new ArgumentException($"This model is told a label with each code: {count} are needed, got {labels.Length}.",
                nameof(labels));
        foreach (var label in labels)
        {
            if (label < 0 || label >= Data.Classes)
                throw new ArgumentException($"Labels must be from 0 to {Data.Classes - 1}, got {label}.", nameof(labels));
        }
    }
}
