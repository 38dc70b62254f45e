namespace VaeSharp.Interop;

/// <summary>What a leaf of a tree says about the thing below it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Address">Where the thing is.</param>
internal readonly record struct Hdf5Leaf(ReadOnlyMemory<byte> Key, ulong Address);

/// <summary>HDF5's first kind of tree: of a group's symbol tables, or of a data set's chunks.</summary>
internal static class Hdf5Tree
{
    /// <summary>What the leaves hold, from left to right.</summary>
    public static IEnumerable<Hdf5Leaf> Leaves(Hdf5Source source, ulong root, int type, int keySize)
    {
        var waiting = new Stack<(ulong Address, int? Level)>([(root, null)]);
        while (waiting.TryPop(out var place))
        {
            var (level, leaves) = Node(source, place.Address, type, keySize);
            if (place.Level is { } expected && level != expected)
                throw source.Refuse("is corrupt: its structure leads back into itself");
            if (level == 0)
            {
                foreach (var leaf in leaves)
                    yield return leaf;
                continue;
            }
            foreach (var leaf in Enumerable.Reverse(leaves))
                waiting.Push((leaf.Address, level - 1));
        }
    }

    private static (int Level, Hdf5Leaf[] Leaves) Node(Hdf5Source source, ulong address, int type, int keySize)
    {
        var head = new Hdf5Cursor(source, source.Structure(address, 24));
        head.Signature("TREE"u8);
        if (head.U8() != type)
            throw source.Refuse("is corrupt: it has a tree of a wrong kind");
        var (level, count) = (head.U8(), head.U16());
        var bytes = source.Structure(address + 24, (ulong)count * (ulong)(keySize + 8));
        var leaves = new Hdf5Leaf[count];
        var cursor = new Hdf5Cursor(source, bytes);
        for (var i = 0; i < count; i++)
        {
            var key = bytes.AsMemory(cursor.Position, keySize);
            cursor.Skip(keySize);
            leaves[i] = new Hdf5Leaf(key, cursor.U64());
        }
        return (level, leaves);
    }
}
