namespace VaeSharp.Interop;

/// <summary>Takes bytes that are there only as long as the call.</summary>
public delegate void BytesReader(ReadOnlySpan<byte> bytes);

/// <summary>One tensor to be written.</summary>
/// <param name="Name">Unique within its file.</param>
/// <param name="DType">The elements' type as safetensors names it: <c>F32</c>, <c>I64</c> …</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Bytes">
/// Gives the elements, little-endian, last index fastest, to whom it is told. Called once, when their turn comes.
/// </param>
public sealed record StoredTensor(string Name, string DType, long[] Shape, Action<BytesReader> Bytes)
{
    /// <summary>A tensor whose elements are at hand.</summary>
    public StoredTensor(string name, string dType, long[] shape, ReadOnlyMemory<byte> bytes)
        : this(name, dType, shape, read => read(bytes.Span))
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
