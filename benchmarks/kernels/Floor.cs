using VaeSharp.Numerics;
using VaeSharp.Training;

namespace VaeSharp.Benchmarks;

/// <summary>The five large products of a step of vae_mlp and nothing else: what a step cannot be faster than. 0.51 GFLOP.</summary>
public class Floor
{
    private const long Batch = 128, Pixels = 784, Hidden = 512;
    private (Tensor A, Tensor B)[] single = [];
    private (Tensor A, Tensor B)[] reduced = [];

    /// <summary>Number of threads; 0 for one on each core.</summary>
    [Params(1, 0)]
    public int Threads { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ComputeResources.UseThreads(Threads);
        random.manual_seed(1);
        var (x, h, first, last) = (rand(Batch, Pixels), rand(Batch, Hidden), rand(Hidden, Pixels), rand(Pixels, Hidden));
        var (ofOutput, ofHidden) = (rand(Batch, Pixels), rand(Batch, Hidden));
        single = [(x, first.t()), (h, last.t()), (ofOutput, last), (ofOutput.t(), h), (ofHidden.t(), x)];
        reduced = Array.ConvertAll(single, pair => (pair.A.to_type(bfloat16), pair.B.to_type(bfloat16)));
    }

    /// <summary>By libtorch, in single precision.</summary>
    [Benchmark(Baseline = true)]
    public void Libtorch() => Multiply(single, static (a, b) => a.mm(b));

    /// <summary>By the library's own kernel, in single precision.</summary>
    [Benchmark]
    public void Own() => Multiply(single, static (a, b) => Products.Multiply(a, b));

    /// <summary>By libtorch, in bfloat16.</summary>
    [Benchmark]
    public void Bf16() => Multiply(reduced, static (a, b) => a.mm(b));

    private static void Multiply((Tensor A, Tensor B)[] pairs, Func<Tensor, Tensor, Tensor> product)
    {
        foreach (var (a, b) in pairs)
            product(a, b).Dispose();
    }
}
