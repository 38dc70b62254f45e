namespace VaeSharp.Interop;

/// <summary>One chunk's place in the file.</summary>
/// <param name="Offsets">The first element's indices, over the chunk's sizes: the chunk's own indices.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Stored">Number of bytes there.</param>
/// <param name="Mask">The filters that it did not go through.</param>
internal readonly record struct Hdf5Chunk(long[] Offsets, ulong Address, ulong Stored, uint Mask);

/// <summary>An array in chunks of equal size, which may be compressed.</summary>
internal sealed class Hdf5Chunks(Hdf5Source source, Hdf5DataSet owner, Hdf5Filters filters)
{
    private const int MostChunks = 1_000_000;

    private long[] sizes = [];
    private int chunkBytes;

    /// <summary>Reads the array.</summary>
    public byte[] Read(int version, ref Hdf5Cursor layout)
    {
        var flags = version == 4 ? layout.U8() : 0;
        var axes = layout.U8() - 1;
        if (axes < 1 || axes != owner.Shape.Length)
            throw owner.Refuse($"has {owner.Shape.Length} axes in chunks of {axes}");
        var tree = version == 3 ? layout.U64() : 0;
        var width = version == 3 ? 4 : layout.U8();
        sizes = new long[axes];
        foreach (ref var size in sizes.AsSpan())
            size = (long)layout.Number(width);
        if (layout.Number(width) != (ulong)owner.Type.Size)
            throw owner.Refuse("has chunks of other elements");
        return Array.Exists(owner.Shape, size => size == 0) ? [] : Assembled(version == 3 ? InTree(tree) : Indexed(flags, ref layout));
    }

    private byte[] Assembled(Func<List<Hdf5Chunk>> index)
    {
        var least = sizes.Min();
        if (least < 1 || InputFile.Elements(sizes) is not { } elements || elements > int.MaxValue / owner.Type.Size)
            throw owner.Refuse($"has chunks of an impossible size: {string.Join(" × ", sizes)}");
        chunkBytes = (int)elements * owner.Type.Size;
        if (chunkBytes > source.MostBytes)                                          // a chunk may be larger than what is there of its array
            throw InputFile.TooMuch(source.Name, source.MostBytes);
        var count = Count();
        var chunks = index();
        if (chunks.Count != count || chunks.DistinctBy(chunk => string.Join(',', chunk.Offsets)).Count() != count)
            throw owner.Refuse($"has {chunks.Count:N0} of {count:N0} chunks");
        var stored = 0UL;
        foreach (var chunk in chunks)
        {
            source.Claim(chunk.Address, chunk.Stored);
            stored += chunk.Stored;
            if (chunkBytes > filters.Most(chunk.Stored))
                throw owner.Refuse($"claims to unpack to {chunkBytes:N0} bytes, which {chunk.Stored:N0} cannot hold");
        }
        var bytes = new byte[InputFile.DataBytes(source.Name, owner.Shape, owner.Type.Size, filters.Most(stored))];
        foreach (var chunk in chunks)
        {
            var content = new byte[chunk.Stored];
            source.Fill(chunk.Address, content);
            Place(filters.Undo(content, chunk.Mask, chunkBytes), chunk.Offsets, bytes);
        }
        return bytes;
    }

    private long Count()
    {
        var counts = owner.Shape.Zip(sizes, (size, chunk) => size < 0 ? -1 : (size - 1) / chunk + 1).ToArray();
        return InputFile.Elements(counts) is { } count and <= MostChunks
            ? count
            : throw owner.Refuse($"has more than {MostChunks:N0} chunks");
    }

    private Func<List<Hdf5Chunk>> InTree(ulong tree) => () =>
    {
        if (tree == Hdf5Source.NoAddress)
            throw owner.Refuse("was never written");
        var chunks = new List<Hdf5Chunk>();
        foreach (var leaf in Hdf5Tree.Leaves(source, tree, type: 1, keySize: 8 + 8 * (sizes.Length + 1)))
        {
            var key = new Hdf5Cursor(source, leaf.Key.Span);
            var (stored, mask, offsets) = (key.U32(), key.U32(), new long[sizes.Length]);
            for (var i = 0; i < offsets.Length; i++)
            {
                var (quotient, rest) = Math.DivRem(key.U64(), (ulong)sizes[i]);
                if (rest != 0 || quotient > (ulong)(owner.Shape[i] - 1) / (ulong)sizes[i])
                    throw owner.Refuse("has a chunk outside of it");
                offsets[i] = (long)quotient;
            }
            chunks.Add(new Hdf5Chunk(offsets, leaf.Address, stored, mask));
        }
        return chunks;
    };

    private Func<List<Hdf5Chunk>> Indexed(int flags, ref Hdf5Cursor layout)
    {
        var kind = layout.U8();
        var (stored, mask) = kind == 1 && (flags & 2) != 0 ? (layout.U64(), layout.U32()) : ((ulong?)null, 0u);
        layout.Skip(kind == 3 ? 1 : 0);
        if (kind is 0 or > 3)
            throw owner.Refuse("can grow without bounds, which is not read: write it anew with a fixed size");
        var address = layout.U64();
        if (address == Hdf5Source.NoAddress)
            throw owner.Refuse("was never written");
        return () => kind switch
        {
            1 => [new Hdf5Chunk(new long[sizes.Length], address, stored ?? (ulong)chunkBytes, mask)],
            2 => [.. Enumerable.Range(0, (int)Count()).Select(i =>
                new Hdf5Chunk(At(i), address + (ulong)i * (ulong)chunkBytes, (ulong)chunkBytes, 0))],
            _ => Fixed(address),
        };
    }

    // An array of the chunks' addresses, in pages if it is long.
    private List<Hdf5Chunk> Fixed(ulong address)
    {
        var head = new Hdf5Cursor(source, source.Structure(address, 24));
        head.Signature("FAHD"u8);
        var (_, filtered, entrySize, pageBits, count, block) = (head.U8(), head.U8() == 1, head.U8(), head.U8(), head.U64(), head.U64());
        if (count != (ulong)Count() || filtered == filters.None || (filtered ? entrySize is < 13 or > 20 : entrySize != 8) || pageBits > 30)
            throw owner.Refuse("has an unreadable list of chunks");
        var page = Math.Min(count, 1UL << pageBits);
        var paged = count > page;
        var pages = (count + page - 1) / page;
        var at = block + 14 + (paged ? (pages + 7) / 8 + 4 : 0);
        source.Structure(block, 14);
        var chunks = new List<Hdf5Chunk>();
        for (var first = 0UL; first < count; first += page)
        {
            var here = Math.Min(page, count - first);
            var cursor = new Hdf5Cursor(source, source.Structure(at, here * entrySize));
            at += page * entrySize + 4;
            while (cursor.Left > 0)
            {
                var place = cursor.U64();
                var stored = filtered ? cursor.Number(entrySize - 12) : (ulong)chunkBytes;
                chunks.Add(new Hdf5Chunk(At(chunks.Count), place, stored, filtered ? cursor.U32() : 0));
            }
        }
        return chunks;
    }

    private long[] At(long number)
    {
        var offsets = new long[sizes.Length];
        for (var i = sizes.Length - 1; i >= 0; i--)
            (number, offsets[i]) = Math.DivRem(number, (owner.Shape[i] - 1) / sizes[i] + 1);
        return offsets;
    }

    // Row by row of the last axis; what stands out over the array's edge is left out.
    private void Place(byte[] chunk, long[] offsets, byte[] target)
    {
        var (shape, elementSize, last) = (owner.Shape, owner.Type.Size, sizes.Length - 1);
        var index = new long[sizes.Length];
        var columns = Math.Min(sizes[last], shape[last] - offsets[last] * sizes[last]);
        while (true)
        {
            var (from, to) = (0L, 0L);
            for (var i = 0; i <= last; i++)
                (from, to) = (from * sizes[i] + index[i], to * shape[i] + offsets[i] * sizes[i] + index[i]);
            chunk.AsSpan((int)from * elementSize, (int)columns * elementSize).CopyTo(target.AsSpan((int)to * elementSize));
            var axis = last - 1;
            while (axis >= 0 && ++index[axis] >= Math.Min(sizes[axis], shape[axis] - offsets[axis] * sizes[axis]))
                index[axis--] = 0;
            if (axis < 0)
                return;
        }
    }
}
