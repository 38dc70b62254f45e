using System.IO.Compression;
using TorchSharp;
using VaeSharp.Benchmarks;
using static TorchSharp.torch;

var job = Job.Parse(args);
set_num_threads(job.Threads);
random.manual_seed(job.Seed);
var settings = Settings.Parse(job.Variant);
Model model = job.Recipe == "vae_mlp" ? new Mlp(job, settings) : new Cnn(job, settings);
model.Initialise();
var (x, labels) = Data("train");
double? tested = null;
var rates = job.Kind switch
{
    "train" => Train(),
    "loss" => Loss(),
    "encode" => Rates.Of(job.Seconds, (int)x.size(0), Encode),
    "generate" => Rates.Of(job.Seconds, 10_000, Generate),
    _ => throw new ArgumentException($"The control has no job '{job.Kind}'."),
};
Console.WriteLine(new Measurement
{
    Rates = rates,
    Loss = tested,
    Peak = Measurement.OwnPeak(),
    Variant = job.Variant,
    Version = $"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}",
}.ToLine());

IReadOnlyList<double> Train()
{
    var (mover, rates, done) = (new Mover(job.Recipe, model, settings.Fused), new Rates(job.Seconds), 0L);
    using var total = zeros([]);
    while (Epoch(mover, GoOn))
    {
    }
    return rates.Values;

    bool GoOn(Tensor loss, long count)
    {
        total.add_(loss.detach());
        rates.Add(done += count);
        return !rates.IsDone;
    }
}

IReadOnlyList<double> Loss()
{
    var (mover, clock) = (new Mover(job.Recipe, model, settings.Fused), System.Diagnostics.Stopwatch.StartNew());
    for (var epoch = 0; epoch < job.Epochs; epoch++)
        Epoch(mover, (_, _) => true);
    var rate = job.Epochs * x.size(0) / clock.Elapsed.TotalSeconds;
    using var frozen = no_grad();
    var (total, (images, told)) = (0.0, Data("t10k"));
    for (var from = 0L; from < images.size(0); from += 500)
    {
        using var scope = NewDisposeScope();
        var size = Math.Min(500, images.size(0) - from);
        total += size * (double)model.Loss(images.narrow(0, from, size), told.narrow(0, from, size));
    }
    tested = total / images.size(0);
    return [rate];
}

// Steps over all examples, each loss and number of examples told; false where it was told to end.
bool Epoch(Mover mover, Func<Tensor, long, bool> goesOn)
{
    using var order = randperm(x.size(0), ScalarType.Int64);
    for (var from = 0L; from < x.size(0); from += job.Batch)
    {
        using var scope = NewDisposeScope();
        var chosen = order.narrow(0, from, Math.Min(job.Batch, x.size(0) - from));
        var loss = model.Loss(x.index_select(0, chosen), labels.index_select(0, chosen));
        mover.Step(loss);
        if (!goesOn(loss, chosen.size(0)))
            return false;
    }
    return true;
}

void Encode() => InBatches(x.size(0), (from, size) => model.Encode(x.narrow(0, from, size), labels.narrow(0, from, size)).Mean);

void Generate()
{
    using var told = arange(10_000, ScalarType.Int64).remainder(10);
    InBatches(10_000, (from, size) => model.Decode(randn(size, job.Latent), told.narrow(0, from, size)).sigmoid());
}

void InBatches(long count, Func<long, long, Tensor> piece)
{
    using var frozen = no_grad();
    using var outer = NewDisposeScope();
    var parts = new List<Tensor>();
    for (var from = 0L; from < count; from += 500)
    {
        using var scope = NewDisposeScope();
        parts.Add(piece(from, Math.Min(500, count - from)).MoveToOuterDisposeScope());
    }
    cat(parts);
}

(Tensor X, Tensor Labels) Data(string part)
{
    if (job.Data is null)
        return (rand(job.NoiseCount, 1, job.Image, job.Image), randint(10, [job.NoiseCount], dtype: ScalarType.Int64));
    using var bytes = tensor(Read($"{part}-images-idx3-ubyte", header: 16));
    using var classes = tensor(Read($"{part}-labels-idx1-ubyte", header: 8));
    return (bytes.to_type(float32).view(-1, 1, job.Image, job.Image) / 255, classes.to_type(int64));
}

byte[] Read(string name, int header)
{
    var path = Path.Combine(job.Data!, name);
    using Stream stream = File.Exists(path) ? File.OpenRead(path) : new GZipStream(File.OpenRead($"{path}.gz"), CompressionMode.Decompress);
    using var content = new MemoryStream();
    stream.CopyTo(content);
    return content.ToArray()[header..];
}
