using VaeSharp.Numerics;

namespace VaeSharp.Training;

/// <summary>What the words <c>auto</c> mean on this machine.</summary>
public static class ComputeResources
{
    private static readonly Lazy<int> DefaultThreads = new(get_num_threads);

    /// <summary>The device of a name: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>auto</c>.</summary>
    /// <exception cref="ArgumentException">The machine has no such device.</exception>
    public static Device DeviceOf(string name)
    {
        Native.Libtorch.Load();
        var wanted = name == "auto" ? cuda_is_available() ? "cuda" : "cpu" : name;
        if (wanted.StartsWith("cuda") && !cuda_is_available())
            throw new ArgumentException($"Device '{name}' is not here: no CUDA device, or a libtorch without CUDA. Use --device cpu.",
                nameof(name));
        return device(wanted);
    }

    /// <summary>
    /// Sets the number of processor threads; 0 for libtorch's own choice, one for each core or what OMP_NUM_THREADS says.
    /// </summary>
    public static void UseThreads(int threads)
    {
        Native.Libtorch.Load();
        var own = DefaultThreads.Value;                               // asked for before it is changed
        set_num_threads(threads > 0 ? threads : own);
    }

    /// <summary>Whether training steps multiply bfloat16.</summary>
    public static bool UsesReducedPrecision(Precision precision, Device device) => precision switch
    {
        Precision.Auto => device.type == DeviceType.CUDA || ReducedPrecision.IsFast,
        Precision.Bf16 => true,
        _ => false,
    };
}
