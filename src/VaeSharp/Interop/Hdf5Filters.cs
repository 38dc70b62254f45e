using System.IO.Compression;

namespace VaeSharp.Interop;

/// <summary>What a chunk went through when it was written: deflate, and the bytes' order.</summary>
internal sealed class Hdf5Filters
{
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int MostFilters = 32;

    private readonly Hdf5DataSet owner;
    private readonly int[] order;

    private Hdf5Filters(Hdf5DataSet owner, int[] order) => (this.owner, this.order) = (owner, order);

    /// <summary>Whether chunks have their full size in the file.</summary>
    public bool None => order.Length == 0;

    /// <summary>The most bytes that a stored number of them can become.</summary>
    public long Most(ulong stored) => order.Contains(Deflate) ? InputFile.MostContent((long)stored) : (long)stored;

    /// <summary>Reads a filter message.</summary>
    public static Hdf5Filters Parse(Hdf5DataSet owner, Hdf5Source source, ReadOnlyMemory<byte>? message)
    {
        if (message is null)
            return new Hdf5Filters(owner, []);
        var cursor = new Hdf5Cursor(source, message.Value.Span);
        var (version, count) = (cursor.U8(), cursor.U8());
        if (version is not (1 or 2) || count > MostFilters)
            throw owner.Refuse("has an unreadable list of filters");
        cursor.Skip(version == 1 ? 6 : 0);
        var order = new int[count];
        foreach (ref var filter in order.AsSpan())
        {
            filter = cursor.U16();
            var nameLength = version == 1 || filter >= 256 ? cursor.U16() : 0;
            cursor.Skip(2);
            var values = cursor.U16();
            cursor.Skip(version == 1 ? (nameLength + 7) & ~7 : nameLength);
            cursor.Skip(4 * (version == 1 ? (values + 1) & ~1 : values));
            if (filter is not (Deflate or Shuffle))
                throw owner.Refuse($"is compressed by filter {filter}; deflate and shuffle are read, so write it anew without the others");
        }
        return order.Count(filter => filter == Deflate) > 1
            ? throw owner.Refuse("is compressed twice")
            : new Hdf5Filters(owner, order);
    }

    /// <summary>A chunk as it was before.</summary>
    /// <param name="stored">The bytes of the file.</param>
    /// <param name="mask">The filters that this chunk did not go through, one bit each.</param>
    /// <param name="size">Its size before.</param>
    public byte[] Undo(byte[] stored, uint mask, int size)
    {
        for (var i = order.Length - 1; i >= 0; i--)
        {
            if ((mask >> i & 1) == 0)
                stored = order[i] == Deflate ? Inflated(stored, size) : Unshuffled(stored, owner.Type.Size);
        }
        return stored.Length == size ? stored : throw owner.Refuse($"has a chunk of {stored.Length:N0} bytes in place of {size:N0}");
    }

    private byte[] Inflated(byte[] stored, int size)
    {
        if (size > InputFile.MostContent(stored.Length))
            throw owner.Refuse($"claims to unpack to {size:N0} bytes, which {stored.Length:N0} cannot hold");
        using var stream = new ZLibStream(new MemoryStream(stored), CompressionMode.Decompress);
        try
        {
            return InputFile.ReadToEnd(stream, size, owner.File, counted: false);
        }
        catch (IOException e)                                                       // on some, the framework throws its ZLibException
        {
            throw owner.Refuse($"cannot be unpacked: {e.Message}");
        }
    }

    private static byte[] Unshuffled(byte[] stored, int elementSize)
    {
        var count = stored.Length / elementSize;
        var bytes = (byte[])stored.Clone();                                         // what is left over stays where it is
        for (var part = 0; part < elementSize; part++)
        {
            for (var i = 0; i < count; i++)
                bytes[i * elementSize + part] = stored[part * count + i];
        }
        return bytes;
    }
}
