using System.Numerics;

namespace VaeSharp.Interop;

/// <summary>
/// Messages that do not fit into an object's header: they stand in a fractal heap, and a tree of the second kind has their places.
/// </summary>
internal sealed class Hdf5Heap
{
    private readonly Hdf5Source source;
    private readonly int offsetBytes;
    private readonly int lengthBytes;
    private readonly int width;
    private readonly ulong firstBlock;
    private readonly ulong mostDirect;
    private readonly ulong root;
    private readonly int rows;

    private Hdf5Heap(Hdf5Source source, ulong address)
    {
        this.source = source;
        var cursor = new Hdf5Cursor(source, source.Structure(address, 142));
        cursor.Signature("FRHP"u8);
        cursor.Skip(3);
        if (cursor.U16() != 0)
            throw source.Refuse("has a compressed heap of names, which is not read");
        cursor.Skip(1);
        var mostManaged = cursor.U32();
        cursor.Skip(96);
        (width, firstBlock, mostDirect) = (cursor.U16(), cursor.U64(), cursor.U64());
        var bits = cursor.U16();
        cursor.Skip(2);
        (root, rows) = (cursor.U64(), cursor.U16());
        offsetBytes = (bits + 7) / 8;
        lengthBytes = (BitOperations.Log2((uint)Math.Min(mostDirect, mostManaged) | 1) / 8) + 1;
        if (width == 0 || offsetBytes is 0 or > 8 || !BitOperations.IsPow2(firstBlock) || !BitOperations.IsPow2(mostDirect))
            throw source.Refuse("is corrupt: it has a heap of impossible sizes");
    }

    /// <summary>The messages, in the order of the tree.</summary>
    /// <param name="source">The file.</param>
    /// <param name="heapAddress">The heap.</param>
    /// <param name="treeAddress">The tree.</param>
    /// <param name="idAt">Where in a record of the tree a message's place is given.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Messages(Hdf5Source source, ulong heapAddress, ulong treeAddress, int idAt)
    {
        var heap = new Hdf5Heap(source, heapAddress);
        foreach (var record in Hdf5Records.Read(source, treeAddress))
        {
            if (record.Length < idAt + 1)
                throw source.Refuse("is corrupt: a part of its structure ends too early");
            yield return heap.Object(record.Span[idAt..]);
        }
    }

    private byte[] Object(ReadOnlySpan<byte> id)
    {
        var cursor = new Hdf5Cursor(source, id);
        if ((cursor.U8() & 0x30) != 0)
            throw source.Refuse("has names or attributes of unusual size, which are not read");
        var (offset, length) = (cursor.Number(offsetBytes), cursor.Number(lengthBytes));
        var (block, blockRows) = (root, rows);
        while (blockRows > 0)
            (block, blockRows, offset) = Below(block, offset);
        return block == Hdf5Source.NoAddress || offset > (ulong)source.Length
            ? throw source.Refuse("is corrupt: it has a name that is not where it should be")
            : source.Structure(block + offset, length);
    }

    // Rows of blocks: the first two rows' blocks have the first size, then each row doubles it. Larger blocks than are direct are tables.
    private (ulong Block, int Rows, ulong Offset) Below(ulong table, ulong offset)
    {
        var head = 13UL + (ulong)offsetBytes;
        var (row, before, size) = (0, 0UL, firstBlock);
        while (offset - before >= size * (ulong)width)
        {
            before += size * (ulong)width;
            size = row++ == 0 ? size : size * 2;
            if (row > 64 || size > long.MaxValue / 65536)
                throw source.Refuse("is corrupt: it has a name that is not where it should be");
        }
        var column = (offset - before) / size;
        var address = new Hdf5Cursor(source, source.Structure(table + head + 8 * ((ulong)row * (ulong)width + column), 8)).U64();
        var signature = new Hdf5Cursor(source, source.Structure(table, 4));
        signature.Signature("FHIB"u8);
        // A table for a block of this size has as many rows as fill it.
        var inner = size <= mostDirect ? 0 : BitOperations.Log2(size / (firstBlock * (ulong)width)) + 1;
        return (address, inner, offset - before - column * size);
    }
}
