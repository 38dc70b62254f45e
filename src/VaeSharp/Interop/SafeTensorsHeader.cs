using System.Text.Json;
using System.Text.Unicode;

namespace VaeSharp.Interop;

/// <summary>A safetensors header, read token by token so that a hostile one takes no more memory than it has bytes.</summary>
internal sealed class SafeTensorsHeader
{
    private const int MostDimensions = 64;

    private readonly string path;
    private readonly long start;
    private readonly List<TensorEntry> tensors = [];
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafeTensorsHeader(string path, long start) => (this.path, this.start) = (path, start);

    public IReadOnlyList<TensorEntry> Tensors => tensors;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The header, without its length.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="fileLength">Length of the whole file.</param>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, string path, long fileLength)
    {
        var header = new SafeTensorsHeader(path, 8 + json.Length);
        if (!Utf8.IsValid(json))
            throw header.Refuse("is not UTF-8");
        try
        {
            header.ReadAll(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw header.Refuse("is not JSON as this format has it");
        }
        header.CheckPlaces(fileLength);
        return header;
    }

    private void ReadAll(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader) is { } name)
        {
            if (!names.Add(name))
                throw Refuse($"has the name '{Short(name)}' twice");
            if (name == SafeTensors.MetadataKey)
                ReadMetadata(ref reader);
            else
                tensors.Add(ReadEntry(ref reader, name));
        }
        if (reader.Read())
            throw new JsonException();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader) is { } key)
        {
            Expect(ref reader, JsonTokenType.String);
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw Refuse($"has the metadata key '{Short(key)}' twice");
        }
    }

    private TensorEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        var (type, shape, place) = ((string?)null, (long[]?)null, (long[]?)null);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader) is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, MostDimensions);
                    break;
                case "data_offsets" when place is null:
                    place = ReadNumbers(ref reader, name, 2);
                    break;
                default:
                    throw Refuse($"has '{Short(key)}' twice or out of place in tensor '{Short(name)}'");
            }
        }
        if (type is null || shape is null || place is not [var begin, var end])
            throw Refuse($"lacks the dtype, shape or data_offsets of tensor '{Short(name)}'");
        CheckLength(name, type, shape, begin, end);
        return new TensorEntry(name, type, shape, begin, end - begin);
    }

    private void CheckLength(string name, string type, long[] shape, long begin, long end)
    {
        var size = SafeTensors.ElementSize(type);
        if (size == 0)
            throw Refuse($"gives tensor '{Short(name)}' the unknown type '{Short(type)}'");
        if (InputFile.Elements(shape) is not { } elements || elements > long.MaxValue / 8)
            throw Refuse($"gives tensor '{Short(name)}' the impossible shape [{string.Join(", ", shape)}]");
        if (end < begin || end - begin != elements * size)
            throw Refuse($"gives tensor '{Short(name)}' bytes {begin} to {end}; {type} [{string.Join(", ", shape)}] has {elements * size}");
    }

    // Offsets must cover all bytes behind the header, each once.
    private void CheckPlaces(long fileLength)
    {
        tensors.Sort((a, b) => (a.Offset, a.Length).CompareTo((b.Offset, b.Length)));
        var next = 0L;
        for (var i = 0; i < tensors.Count; i++)
        {
            var entry = tensors[i];
            if (entry.Offset != next)
                throw Refuse($"lets tensor '{Short(entry.Name)}' begin at {entry.Offset} instead of {next}: an overlap or a gap");
            if (entry.Length > fileLength - start - next)
                throw Refuse($"lets tensor '{Short(entry.Name)}' end beyond the file; it is truncated or corrupt");
            next += entry.Length;
            tensors[i] = entry with { Offset = start + entry.Offset };
        }
        if (start + next != fileLength)
            throw Refuse($"declares {next:N0} bytes of tensors, but {fileLength - start:N0} follow");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, int most)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out var number) || number < 0 || numbers.Count == most)
                throw Refuse($"has negative, fractional, too large or too many numbers in tensor '{Short(name)}'");
            numbers.Add(number);
        }
        return reader.TokenType == JsonTokenType.EndArray ? [.. numbers] : throw new JsonException();
    }

    private static string? NextKey(ref Utf8JsonReader reader) => !reader.Read() ? throw new JsonException()
        : reader.TokenType == JsonTokenType.PropertyName ? reader.GetString()
        : reader.TokenType == JsonTokenType.EndObject ? null : throw new JsonException();

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException();
    }

    // A name from a hostile file must not fill the screen.
    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private InvalidDataException Refuse(string what) => InputFile.Refuse(path, $"is no valid safetensors file: its header {what}");
}
