using System.Numerics;

namespace VaeSharp.Interop;

/// <summary>HDF5's second kind of tree.</summary>
internal static class Hdf5Records
{
    /// <summary>All records, those of a node before those of the nodes below it.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Hdf5Source source, ulong address)
    {
        var (nodeSize, recordSize, waiting) = Head(source, address);
        while (waiting.TryPop(out var node))
        {
            if (node.Count == 0)
                continue;
            var bytes = source.Structure(node.Address, nodeSize);
            for (var i = 0; i < node.Count; i++)
            {
                if (6 + (i + 1) * recordSize > bytes.Length)
                    throw source.Refuse("is corrupt: a part of its structure ends too early");
                yield return bytes.AsMemory(6 + i * recordSize, recordSize);
            }
            Below(source, bytes, recordSize, node.Count, node.Depth, waiting);
        }
    }

    private static (uint NodeSize, int RecordSize, Stack<(ulong Address, int Count, int Depth)> Root) Head(Hdf5Source source, ulong address)
    {
        var cursor = new Hdf5Cursor(source, source.Structure(address, 38));
        cursor.Signature("BTHD"u8);
        cursor.Skip(2);
        var (nodeSize, recordSize, depth) = (cursor.U32(), cursor.U16(), cursor.U16());
        cursor.Skip(2);
        if (recordSize == 0 || nodeSize <= 10 + recordSize || depth > 16)
            throw source.Refuse("is corrupt: it has a tree of impossible sizes");
        var root = cursor.U64();
        return (nodeSize, recordSize, new([(root, cursor.U16(), depth)]));
    }

    private static void Below(Hdf5Source source, byte[] node, int recordSize, int count, int depth, Stack<(ulong, int, int)> waiting)
    {
        var cursor = new Hdf5Cursor(source, node);
        cursor.Signature(depth == 0 ? "BTLF"u8 : "BTIN"u8);
        if (depth == 0)
            return;
        cursor.Skip(2 + count * recordSize);
        // How wide the counts of a node's children are follows from how many records can be below it.
        var (most, total, countBytes, totalBytes) = ((node.Length - 10L) / recordSize, 0L, 0, 0);
        total = most;
        countBytes = Bytes(most);
        for (var level = 1; level < depth; level++)
        {
            var pointer = 8 + countBytes + totalBytes;
            var here = (node.Length - 10L - pointer) / (recordSize + pointer);
            total = (here + 1) * total + here;
            totalBytes = Bytes(total);
            if (here < 1 || total > int.MaxValue)
                throw source.Refuse("is corrupt: it has a tree of impossible sizes");
        }
        for (var i = 0; i <= count; i++)
        {
            var (address, records) = (cursor.U64(), cursor.Number(countBytes));
            cursor.Skip(depth > 1 ? totalBytes : 0);
            if (records > (ulong)most)
                throw source.Refuse("is corrupt: it has a tree of impossible sizes");
            waiting.Push((address, (int)records, depth - 1));
        }
    }

    private static int Bytes(long number) => (BitOperations.Log2((ulong)number) / 8) + 1;
}
