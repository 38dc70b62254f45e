using System.IO.Compression;

namespace VaeSharp.Interop;

/// <summary>The .keras archive: a zip with a model's weights and what it is made of. Only the weights are read, and into memory.</summary>
internal static class KerasArchive
{
    private const string WeightsName = "model.weights.h5";

    // Names, attributes and what the optimiser remembers stand beside the weights.
    private const long Structure = 16 << 20;

    /// <summary>Whether a file begins as a zip archive does.</summary>
    public static bool IsZip(Stream stream)
    {
        var mark = new byte[4];
        stream.Position = 0;
        return stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false) == mark.Length && mark.AsSpan().SequenceEqual("PK\x3\x4"u8);
    }

    /// <summary>
    /// Whether a file is a zip archive that is named as Keras's are, damaged or not, or has what Keras puts there; NumPy's archives are
    /// zips too.
    /// </summary>
    public static bool Is(Stream stream, string path)
    {
        if (!IsZip(stream))
            return false;
        if (path.EndsWith(".keras", StringComparison.OrdinalIgnoreCase))
            return true;
        try
        {
            using var archive = Open(stream, path);
            return archive.GetEntry(WeightsName) is not null || archive.GetEntry("config.json") is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The weights' file, unpacked unless it is far larger than so many bytes of weights make it.</summary>
    public static MemoryStream Weights(Stream stream, string path, long mostBytes)
    {
        using var archive = Open(stream, path);
        if (archive.Entries.FirstOrDefault(entry => entry.FullName == WeightsName) is not { } entry)
        {
            throw InputFile.Refuse(path, archive.Entries.Any(other => other.FullName is "model.weights.json" or "model.weights.npz")
                ? $"has its weights in parts or in another format; save it anew so that it has '{WeightsName}'"
                : $"is a zip archive without '{WeightsName}'");
        }
        if (entry.Length > InputFile.MostContent(entry.CompressedLength) || entry.Length > Array.MaxLength)
            throw InputFile.Refuse(path, $"claims weights of {entry.Length:N0} bytes, which {entry.CompressedLength:N0} cannot hold");
        if (entry.Length - Structure > 2 * Math.Min(mostBytes, long.MaxValue / 2))
            throw InputFile.TooMuch(path, mostBytes);
        using var content = new Crc32Stream(NpzFile.Guard(path, entry.Open));
        var bytes = InputFile.ReadToEnd(content, (int)entry.Length, path, counted: false);
        return content.Value == entry.Crc32 ? new MemoryStream(bytes) : throw InputFile.Refuse(path, "is corrupt: its checksum is wrong");
    }

    private static ZipArchive Open(Stream stream, string path)
    {
        stream.Position = 0;
        var archive = NpzFile.Guard(path, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        _ = NpzFile.Guard(path, () => archive.Entries);
        return archive;
    }
}
