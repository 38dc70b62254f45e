namespace VaeSharp.Interop;

/// <summary>One tensor to be written.</summary>
/// <param name="Name">Unique within its file.</param>
/// <param name="DType">The elements' type as safetensors names it: <c>F32</c>, <c>I64</c> …</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Bytes">Gives the elements, little-endian, last index fastest. Called once, when their turn comes.</param>
public sealed record StoredTensor(string Name, string DType, long[] Shape, Func<ReadOnlyMemory<byte>> Bytes)
{
    /// <summary>A tensor whose elements are at hand.</summary>
    public StoredTensor(string name, string dType, long[] shape, ReadOnlyMemory<byte> bytes) : this(name, dType, shape, () => bytes)
    {
    }
}

/// <summary>One tensor as a file's header declares it.</summary>
/// <param name="Name">Unique within its file.</param>
/// <param name="DType">The elements' type as safetensors names it: <c>F32</c>, <c>I64</c> …</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Offset">Where its bytes begin, from the start of the file.</param>
/// <param name="Length">Number of its bytes.</param>
public sealed record TensorEntry(string Name, string DType, long[] Shape, long Offset, long Length);
