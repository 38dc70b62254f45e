using System.Formats.Tar;

namespace VaeSharp.Interop;

/// <summary>What the readers of this folder share: sizes are checked before memory is taken, and errors name the file.</summary>
internal static class InputFile
{
    /// <summary>No deflate stream grows by more than this (zlib's technical details: 1032 : 1).</summary>
    public const long MostGrowth = 1032;

    /// <summary>The number of bytes of content that one compressed stream can hold at most.</summary>
    public static long MostContent(long compressed) =>
        compressed > long.MaxValue / (2 * MostGrowth) ? long.MaxValue : (compressed + 64) * MostGrowth;

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="IOException">It is missing, a folder, a pipe, a device, or not readable by this user.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder, but a file is needed.");
        try
        {
            if (IsSpecial(path))
                throw NotRegular(path);
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (stream.CanSeek)
                return stream;
            stream.Dispose();
            throw NotRegular(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"File '{path}' may not be read by this user.", e);
        }
    }

    /// <summary>The error for a file that is not what it claims to be.</summary>
    public static InvalidDataException Refuse(string name, string what) => new($"File '{name}' {what}.");

    /// <summary>The error for a file with more weights than its reader asked for.</summary>
    public static InvalidDataException TooMuch(string name, long mostBytes) =>
        Refuse(name, $"holds more than {mostBytes:N0} bytes of weights, which is more than the model can use");

    /// <summary>The product of an array's sizes; null where one is negative or the product of those above 0 does not fit.</summary>
    public static long? Elements(ReadOnlySpan<long> shape)
    {
        var (product, empty) = (1L, false);
        foreach (var size in shape)
        {
            empty |= size == 0;
            if (size < 0 || (size > 0 && product > long.MaxValue / size))
                return null;
            product *= Math.Max(size, 1);
        }
        return empty ? 0 : product;
    }

    /// <summary>
    /// Checks what a header declares against what the file can hold and what one array can hold, and gives the number of bytes.
    /// </summary>
    public static int DataBytes(string name, ReadOnlySpan<long> shape, int elementSize, long room)
    {
        var text = string.Join(" × ", shape.ToArray());
        if (Elements(shape) is not { } elements || elements > long.MaxValue / elementSize)
            throw Refuse(name, $"declares an impossible shape: {text}");
        if (elements * elementSize > room)
            throw Refuse(name, $"is truncated or corrupt: it declares {elements * elementSize:N0} bytes ({text}), more than it can hold");
        if (elements * elementSize > Array.MaxLength)
            throw Refuse(name, $"declares {elements * elementSize:N0} bytes ({text}); one array may have {Array.MaxLength:N0} at most");
        return (int)(elements * elementSize);
    }

    /// <summary>Reads so many bytes and makes sure that they are the last.</summary>
    /// <param name="source">Stands where the data begins.</param>
    /// <param name="count">The number that the header declares.</param>
    /// <param name="name">The file, for the error.</param>
    /// <param name="counted">Whether the source is known to have them; else memory is taken only as they arrive.</param>
    public static byte[] ReadToEnd(Stream source, int count, string name, bool counted)
    {
        var bytes = new byte[counted ? count : Math.Min(count, 1 << 20)];
        var filled = 0;
        while (filled < count)
        {
            if (filled == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            var read = Read(source, bytes.AsSpan(filled), name);
            if (read == 0)
                throw Refuse(name, $"is truncated: it declares {count:N0} bytes of data, but has {filled:N0}");
            filled += read;
        }
        if (Read(source, new byte[1], name) > 0)
            throw Refuse(name, $"has more data than the {count:N0} bytes that it declares");
        return bytes;
    }

    /// <summary>Reads a part of a header.</summary>
    public static void Fill(Stream source, Span<byte> target, string name)
    {
        for (var filled = 0; filled < target.Length;)
        {
            var read = Read(source, target[filled..], name);
            if (read == 0)
                throw Refuse(name, "ends within its header");
            filled += read;
        }
    }

    private static int Read(Stream source, Span<byte> target, string name)
    {
        try
        {
            return source.Read(target);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"File '{name}' cannot be unpacked: {e.Message}", e);
        }
    }

    private static IOException NotRegular(string path) =>
        new($"'{path}' is no regular file, but a pipe or a device; a file is needed.");

    // To open a pipe with a name is to wait for its writer, so its kind is asked first. Of the framework only the writer of tar archives
    // tells it, and reads nothing of what is no regular file; pipes and devices have no length, so that only what is empty goes there.
    private static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows())
            return false;
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        if (file is not FileInfo { Exists: true, Length: 0 })
            return false;
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, leaveOpen: true);
            writer.WriteEntry(file.FullName, "x");
        }
        catch (IOException)                                                         // a socket, or gone since: to open it fails at once
        {
            return false;
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType is TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
    }
}
