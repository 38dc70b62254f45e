using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace VaeSharp.Interop;

/// <summary>An open safetensors file: its header, checked as a whole, and the tensors' bytes as they are asked for.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly Dictionary<string, TensorEntry> byName;
    private readonly string path;

    private SafeTensorsFile(string path, SafeFileHandle handle, SafeTensorsHeader header)
    {
        (this.path, this.handle, Metadata) = (path, handle, header.Metadata);
        Tensors = [.. header.Tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        byName = Tensors.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, by name.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>The texts that were written beside them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: every tensor's type, shape and place.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not what it claims to be.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var full = Path.GetFullPath(path);
        using var stream = InputFile.Open(full);
        var header = ReadHeader(stream, path);
        return new SafeTensorsFile(path, File.OpenHandle(full, share: FileShare.Read | FileShare.Delete), header);
    }

    /// <summary>One tensor's entry, or null where the file has none of that name.</summary>
    public TensorEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>One tensor's bytes, little-endian, last index fastest.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="InvalidDataException">The tensor is larger than one array may be.</exception>
    public byte[] Read(string name)
    {
        var entry = Entry(name);
        if (entry.Length > Array.MaxLength)
            throw InputFile.Refuse(path, $"has in tensor '{name}' {entry.Length:N0} bytes; {Array.MaxLength:N0} can be read at once");
        var bytes = new byte[entry.Length];
        Read(name, bytes);
        return bytes;
    }

    /// <summary>Reads one tensor's bytes to where they are needed.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="target">As long as the tensor.</param>
    /// <param name="from">Where within the tensor to begin, so that a large one can be read in pieces.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ArgumentException">The target reaches beyond the tensor.</exception>
    public void Read(string name, Span<byte> target, long from = 0)
    {
        var entry = Entry(name);
        if (from < 0 || target.Length > entry.Length - from)
            throw new ArgumentException($"Tensor '{name}' has {entry.Length} bytes, not {target.Length} from {from} on.", nameof(target));
        for (var done = 0; done < target.Length;)
        {
            var read = RandomAccess.Read(handle, target[done..], entry.Offset + from + done);
            if (read == 0)
                throw InputFile.Refuse(path, "was truncated while it was open");
            done += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private TensorEntry Entry(string name) =>
        Find(name) ?? throw new KeyNotFoundException($"File '{path}' has no tensor '{name}'.");

    private static SafeTensorsHeader ReadHeader(Stream stream, string path)
    {
        if (stream.Length < 8)
            throw InputFile.Refuse(path, "is too short for a safetensors file");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafeTensors.LongestHeader)
            throw InputFile.Refuse(path, $"is no safetensors file: its header would have {length:N0} bytes");
        if ((long)length > stream.Length - 8)
            throw InputFile.Refuse(path, $"is truncated: its header has {length:N0} bytes, but {stream.Length - 8:N0} follow");
        var json = new byte[length];
        stream.ReadExactly(json);
        return SafeTensorsHeader.Parse(json, path, stream.Length);
    }
}
