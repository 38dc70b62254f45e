using VaeSharp.Native;

namespace VaeSharp;

/// <summary>The one source of randomness of a pass. A test can replace it by recorded numbers.</summary>
public abstract class Noise
{
    /// <summary>Independent standard normal numbers.</summary>
    public abstract Tensor Normal(ReadOnlySpan<long> shape, Device device);

    /// <summary>Independent numbers, uniform on [0, 1).</summary>
    public abstract Tensor Uniform(ReadOnlySpan<long> shape, Device device);

    /// <summary>A uniformly drawn order of 0 … count − 1, as int64: [count].</summary>
    public abstract Tensor Permutation(long count, Device device);
}

/// <summary>Randomness from a seed: the same numbers for the same seed and order of calls, whatever device they go to.</summary>
/// <remarks>
/// The processor makes them: TorchSharp has no generators of other devices, and can crash where a device is given the processor's.
/// </remarks>
public sealed class SeededNoise : Noise, IDisposable
{
    private readonly Generator generator;

    /// <summary>Starts a stream of random numbers.</summary>
    /// <param name="seed">Any number.</param>
    public SeededNoise(long seed)
    {
        Libtorch.Load();
        generator = new Generator((ulong)seed);
    }

    /// <summary>The stream's place, as bytes; setting it continues a stream there.</summary>
    public byte[] State
    {
        get
        {
            using var state = generator.get_state();
            return state.data<byte>().ToArray();
        }
        set
        {
            using var state = tensor(value, uint8);
            generator.set_state(state);
        }
    }

    /// <inheritdoc/>
    public override Tensor Normal(ReadOnlySpan<long> shape, Device device) => Moved(randn(shape, float32, generator: generator), device);

    /// <inheritdoc/>
    public override Tensor Uniform(ReadOnlySpan<long> shape, Device device) => Moved(rand(shape, float32, generator: generator), device);

    /// <inheritdoc/>
    public override Tensor Permutation(long count, Device device) => Moved(randperm(count, int64, generator: generator), device);

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();

    private static Tensor Moved(Tensor numbers, Device device)
    {
        if (device.type == DeviceType.CPU)
            return numbers;
        using (numbers)
            return numbers.to(device);
    }
}
