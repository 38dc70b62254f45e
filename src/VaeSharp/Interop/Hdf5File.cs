using System.Text;

namespace VaeSharp.Interop;

/// <summary>
/// The part of HDF5's file format that files of weights are made of (HDF5 file format specification 3.0): groups in both layouts,
/// attributes, and arrays that are contiguous, compact or chunked. Links are never followed to other places, and nothing but this file is
/// ever opened.
/// </summary>
/// <remarks>
/// PureHDF, which writes these files, is not used to read them, for it trusts its input: listing a group already opens the files
/// that its links name, memory is taken for what is only claimed, and recursion goes as deep as the file says. Files of weights come from
/// strangers.
/// </remarks>
internal sealed class Hdf5File
{
    private const int MostObjects = 200_000;
    private const int MostText = 1024;

    private readonly Dictionary<ulong, Hdf5Object> objects = [];
    private readonly Dictionary<ulong, Dictionary<int, ReadOnlyMemory<byte>>> heaps = [];
    private readonly Hdf5Object root;

    private Hdf5File(Hdf5Source source, ulong rootAddress)
    {
        Source = source;
        root = Object(rootAddress);
    }

    /// <summary>The file's bytes.</summary>
    public Hdf5Source Source { get; }

    /// <summary>The group that holds everything.</summary>
    public Hdf5Group Root => new(this, root, "");

    private static ReadOnlySpan<byte> Mark => [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10];

    /// <summary>Where the file begins: at 0, 512, 1024 and so on, after a program's own block; null if it is no HDF5 file.</summary>
    public static long? Start(Stream stream)
    {
        var mark = new byte[Mark.Length];
        for (var at = 0L; at <= stream.Length - mark.Length; at = at == 0 ? 512 : at > long.MaxValue / 2 ? long.MaxValue : 2 * at)
        {
            stream.Position = at;
            stream.ReadExactly(mark);
            if (mark.AsSpan().SequenceEqual(Mark))
                return at;
        }
        return null;
    }

    /// <summary>Reads the head of a file, of whose arrays so many bytes may be read in all.</summary>
    /// <exception cref="InvalidDataException">It is no HDF5 file, or one of a kind that is not read.</exception>
    public static Hdf5File Open(Stream stream, string name, long mostBytes)
    {
        var start = Start(stream) ?? throw InputFile.Refuse(name, "is no HDF5 file");
        var source = new Hdf5Source(stream, name, start, mostBytes);
        var version = source.Structure(8, 1)[0];
        if (version > 3)
            throw source.Refuse($"is an HDF5 file of version {version}; 0 to 3 are read");
        var (sizes, address) = version < 2 ? (13UL, version == 0 ? 64UL : 68UL) : (9UL, 36UL);
        if (source.Structure(sizes, 2) is not [8, 8])
            throw source.Refuse("has addresses of a size other than 8 bytes, which is not read");
        return new Hdf5File(source, new Hdf5Cursor(source, source.Structure(address, 8)).U64());
    }

    /// <summary>The object at an address. It is read once.</summary>
    public Hdf5Object Object(ulong address)
    {
        if (objects.TryGetValue(address, out var known))
            return known;
        if (objects.Count == MostObjects)
            throw Source.Refuse($"has more than {MostObjects:N0} groups and data sets");
        return objects[address] = Hdf5Object.Read(Source, address);
    }

    /// <summary>A text from bytes.</summary>
    public string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        var text = end < 0 ? bytes : bytes[..end];
        if (text.Length > MostText)
            throw Source.Refuse($"has a name of {text.Length:N0} bytes");
        Source.Charge(text.Length);                                                 // many may share their bytes
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>A text of the global heap.</summary>
    public string HeapText(ulong heap, uint index, uint length)
    {
        if (length == 0)
            return "";
        if (!heaps.TryGetValue(heap, out var contents))
            heaps[heap] = contents = ReadHeap(heap);
        if (!contents.TryGetValue((int)index, out var bytes) || bytes.Length < length)
            throw Source.Refuse("is corrupt: it has a text that is not where it should be");
        return Text(bytes.Span[..(int)length]);
    }

    private Dictionary<int, ReadOnlyMemory<byte>> ReadHeap(ulong address)
    {
        var head = new Hdf5Cursor(Source, Source.Structure(address, 16));
        head.Signature("GCOL"u8);
        head.Skip(4);
        var bytes = Source.Structure(address, head.U64());
        var contents = new Dictionary<int, ReadOnlyMemory<byte>>();
        var cursor = new Hdf5Cursor(Source, bytes);
        cursor.Skip(Math.Min(16, cursor.Left));
        while (cursor.Left >= 16)
        {
            int index = cursor.U16();
            cursor.Skip(6);
            var size = cursor.U64();
            if (index == 0)                                                         // what is left is free
                break;
            if (size > (ulong)cursor.Left)
                throw Source.Refuse("is corrupt: a part of its structure ends too early");
            contents[index] = bytes.AsMemory(cursor.Position, (int)size);
            cursor.Skip((int)Math.Min((long)(size + 7) & ~7L, cursor.Left));
        }
        return contents;
    }
}
