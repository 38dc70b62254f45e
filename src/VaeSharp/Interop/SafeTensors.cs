using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VaeSharp.Interop;

/// <summary>The safetensors format: tensors and texts by name, readable from Python, with nothing to execute.</summary>
/// <remarks>
/// Layout: the header's length (8 bytes, little-endian), the header (JSON, padded by spaces to a multiple of 8), the tensors without gaps.
/// Tensors stand by falling size of their elements and then by name, as Python's library writes them, so that each is aligned.
/// Source: https://github.com/huggingface/safetensors.
/// </remarks>
public static class SafeTensors
{
    internal const int LongestHeader = 100_000_000;
    internal const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, int> Sizes = new()
    {
        ["F64"] = 8,
        ["I64"] = 8,
        ["U64"] = 8,
        ["C64"] = 8,
        ["F32"] = 4,
        ["I32"] = 4,
        ["U32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I16"] = 2,
        ["U16"] = 2,
        ["I8"] = 1,
        ["U8"] = 1,
        ["BOOL"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
    };

    /// <summary>Number of bytes of one element; 0 where the type is not known.</summary>
    public static int ElementSize(string dType) => Sizes.GetValueOrDefault(dType);

    /// <summary>Writes a file, all or nothing.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="tensors">What it holds. Their bytes are asked for one after the other.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    /// <param name="through">See <see cref="AtomicFile.Write"/>.</param>
    /// <exception cref="ArgumentException">A name comes twice, a type is unknown, or bytes do not fit their shape.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        Func<Stream, Stream>? through = null)
    {
        var list = tensors.ToArray();
        AtomicFile.Write(path, stream => Write(stream, list, metadata), through);
    }

    /// <summary>Writes to a stream.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{StoredTensor}, IReadOnlyDictionary{string, string}?, Func{Stream, Stream}?)"/>
    public static void Write(Stream stream, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] sorted = [.. tensors.OrderByDescending(t => ElementSize(t.DType)).ThenBy(t => t.Name, StringComparer.Ordinal)];
        var sizes = Array.ConvertAll(sorted, Size);
        var header = Header(sorted, sizes, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (tensor, size) in sorted.Zip(sizes))
        {
            tensor.Bytes(bytes =>
            {
                if (bytes.Length != size)
                    throw new ArgumentException($"Tensor '{tensor.Name}' must have {size} bytes, got {bytes.Length}.", nameof(tensors));
                stream.Write(bytes);
            });
        }
    }

    private static long Size(StoredTensor tensor)
    {
        var size = ElementSize(tensor.DType);
        if (size == 0 || InputFile.Elements(tensor.Shape) is not { } elements || elements > long.MaxValue / 8)
        {
            var shape = string.Join(", ", tensor.Shape);
            throw new ArgumentException($"Tensor '{tensor.Name}' cannot be {tensor.DType} [{shape}].", nameof(tensor));
        }
        return elements * size;
    }

    private static byte[] Header(StoredTensor[] tensors, long[] sizes, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            var offset = 0L;
            var names = new HashSet<string> { MetadataKey };
            foreach (var (tensor, size) in tensors.Zip(sizes))
            {
                if (!names.Add(tensor.Name))
                    throw new ArgumentException($"The name '{tensor.Name}' is taken; each tensor needs its own.", nameof(tensors));
                WriteEntry(json, tensor, offset, offset += size);
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        if (buffer.Length > LongestHeader)
            throw new ArgumentException($"Names and metadata may take {LongestHeader:N0} bytes, got {buffer.Length:N0}.", nameof(metadata));
        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long begin, long end)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.DType);
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
