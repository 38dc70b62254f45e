using VaeSharp.Interop;

namespace VaeSharp.Training;

/// <summary>Tensors to and from safetensors files.</summary>
internal static class TensorFiles
{
    /// <summary>A tensor as a file holds it. Its bytes are read when they are written, from where they are.</summary>
    public static StoredTensor Store(string name, Tensor tensor) => new(name, TypeName(tensor.dtype), tensor.shape, read =>
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        read(tensor.cpu().contiguous().bytes);
    });

    /// <summary>Bytes as a file holds them.</summary>
    public static StoredTensor Store(string name, byte[] bytes) => new(name, "U8", [bytes.Length], bytes);

    /// <summary>Fills tensors from a file. Nothing is changed unless every name, type and shape fits.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="prefix">What the names in the file begin with.</param>
    /// <param name="targets">The tensors.</param>
    /// <param name="isWanted">
    /// Tells by the name whether a tensor is filled; the others stay, and may be missing in the file. Null for all.
    /// </param>
    /// <exception cref="InvalidDataException">Something does not fit; the message lists all that differs.</exception>
    public static void Fill(SafeTensorsFile file, string path, string prefix, IReadOnlyDictionary<string, Tensor> targets,
        Func<string, bool>? isWanted = null)
    {
        isWanted ??= _ => true;
        targets = targets.Where(target => isWanted(target.Key)).ToDictionary();
        var found = file.Tensors.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Where(entry => isWanted(entry.Name[prefix.Length..])).ToDictionary(entry => entry.Name[prefix.Length..]);
        var differences = targets.SelectMany(target => Differences(target.Key, target.Value, found.GetValueOrDefault(target.Key)))
            .Concat(found.Keys.Except(targets.Keys).Select(name => $"'{name}' is not part of this model")).ToList();
        if (differences.Count > 0)
        {
            throw new InvalidDataException($"'{path}' does not fit this model: {string.Join("; ", differences.Take(10))}"
                + (differences.Count > 10 ? $"; and {differences.Count - 10} more." : "."));
        }
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, target) in targets)
        {
            using var values = empty(target.shape, target.dtype);
            file.Read(prefix + name, values.bytes);
            target.copy_(values);
        }
    }

    private static IEnumerable<string> Differences(string name, Tensor target, TensorEntry? entry)
    {
        if (entry is null)
            yield return $"'{name}' is missing";
        else if (entry.DType != TypeName(target.dtype) || !entry.Shape.SequenceEqual(target.shape))
            yield return $"'{name}' is {entry.DType} [{string.Join(", ", entry.Shape)}] "
                + $"where {TypeName(target.dtype)} [{string.Join(", ", target.shape)}] is wanted";
    }

    private static string TypeName(ScalarType type) => type switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        ScalarType.BFloat16 => "BF16",
        ScalarType.Int64 => "I64",
        ScalarType.Int32 => "I32",
        ScalarType.Byte => "U8",
        ScalarType.Bool => "BOOL",
        _ => throw new NotSupportedException($"Tensors of type {type} are not stored."),
    };
}
