using System.IO.Compression;

namespace VaeSharp.Interop;

/// <summary>NumPy's file format for several arrays (.npz): a zip archive of npy files. Nothing is ever unpacked to the disk.</summary>
public sealed class NpzFile : IDisposable
{
    private readonly string path;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    private NpzFile(string path, ZipArchive archive)
    {
        (this.path, this.archive) = (path, archive);
        foreach (var entry in archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
        {
            if (!entries.TryAdd(entry.FullName[..^4], entry))
                throw InputFile.Refuse(path, $"has the array '{entry.FullName[..^4]}' twice");
        }
    }

    /// <summary>The arrays' names, in the order of the file.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Whether a file begins as zip archives do, .npz files among them.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static bool IsZip(string path)
    {
        using var stream = InputFile.Open(path);
        Span<byte> magic = stackalloc byte[2];
        return stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic.SequenceEqual("PK"u8);
    }

    /// <summary>Opens a file and reads its table of contents.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no zip archive.</exception>
    public static NpzFile Open(string path)
    {
        var stream = InputFile.Open(path);
        try
        {
            var archive = Guard(path, () => new ZipArchive(stream, ZipArchiveMode.Read));
            _ = Guard(path, () => archive.Entries);
            return new NpzFile(path, archive);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file, all or nothing; zip's compression is applied.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NdArray>> arrays)
    {
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, array) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy", CompressionLevel.Fastest).Open();
                Npy.Write(entry, array);
            }
        });
    }

    /// <summary>Reads one array.</summary>
    /// <exception cref="KeyNotFoundException">The file has no array of that name.</exception>
    /// <exception cref="InvalidDataException">The array is corrupt, or not one of numbers.</exception>
    public NdArray Read(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
            throw new KeyNotFoundException($"File '{path}' has no array '{name}'; it has {string.Join(", ", Names)}.");
        var label = $"{path}:{name}";
        if (entry.Length > InputFile.MostContent(entry.CompressedLength))
            throw InputFile.Refuse(label, $"claims to unpack to {entry.Length:N0} bytes, which {entry.CompressedLength:N0} cannot hold");
        using var content = new Crc32Stream(Guard(label, entry.Open));
        var array = Npy.Read(content, label, entry.Length, counted: false);
        return content.Value == entry.Crc32 ? array : throw InputFile.Refuse(label, "is corrupt: its checksum is wrong");
    }

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();

    // On corrupt archives the framework's reader throws whatever its arithmetic runs into.
    internal static T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException or NotSupportedException
            or InvalidOperationException or ArithmeticException)
        {
            throw new InvalidDataException($"File '{name}' cannot be unpacked: {e.Message}", e);
        }
    }
}
