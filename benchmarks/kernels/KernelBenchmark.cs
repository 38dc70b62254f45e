using VaeSharp.Numerics;
using VaeSharp.Training;

namespace VaeSharp.Benchmarks;

/// <summary>A piece of a step as the library's kernels do it, and as libtorch's operations do where there are none.</summary>
public abstract class KernelBenchmark
{
    /// <summary>Number of examples.</summary>
    protected const long Batch = 128;

    /// <summary>Whether kernels run.</summary>
    [Params(false, true)]
    public bool Kernel { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ComputeResources.UseThreads(0);
        random.manual_seed(1);
        using var plain = Kernel ? default : Kernels.Avoid();
        Prepare();
    }

    /// <summary>Does the piece once.</summary>
    [Benchmark]
    public void Once()
    {
        using var scope = NewDisposeScope();
        using var plain = Kernel ? default : Kernels.Avoid();
        Work();
    }

    /// <summary>Makes the operands, which live until the end.</summary>
    protected abstract void Prepare();

    /// <summary>Does the piece.</summary>
    protected abstract void Work();
}
