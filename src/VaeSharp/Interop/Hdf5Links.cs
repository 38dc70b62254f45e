namespace VaeSharp.Interop;

/// <summary>The links of a group: in a tree of symbol tables, in the group's header, or in a heap.</summary>
internal static class Hdf5Links
{
    private const int MostLinks = 100_000;

    /// <summary>The links in the order of the file.</summary>
    public static List<Hdf5Link> Read(Hdf5File file, Hdf5Object group)
    {
        var links = new List<Hdf5Link>();
        if (group.One(Hdf5Object.SymbolTable) is { } table)
            ReadTables(file, table.Span, links);
        foreach (var message in group.All(Hdf5Object.Link))
            Add(file.Source, links, Parse(file, message.Span));
        if (group.One(Hdf5Object.LinkInfo) is { } info)
        {
            var cursor = new Hdf5Cursor(file.Source, info.Span);
            cursor.Skip(1);
            cursor.Skip((cursor.U8() & 1) != 0 ? 8 : 0);
            var (heap, index) = (cursor.U64(), cursor.U64());
            if (heap != Hdf5Source.NoAddress)
            {
                foreach (var message in Hdf5Heap.Messages(file.Source, heap, index, idAt: 4))
                    Add(file.Source, links, Parse(file, message.Span));
            }
        }
        return links;
    }

    private static void Add(Hdf5Source source, List<Hdf5Link> links, Hdf5Link link)
    {
        if (links.Count == MostLinks)
            throw source.Refuse($"has a group of more than {MostLinks:N0} objects");
        if (link.Name.Length == 0 || link.Name.Contains('/', StringComparison.Ordinal))
            throw source.Refuse($"is corrupt: '{Hdf5Name.Shown(link.Name)}' cannot be a name");
        links.Add(link);
    }

    private static Hdf5Link Parse(Hdf5File file, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(file.Source, message);
        cursor.Skip(1);
        var flags = cursor.U8();
        var kind = (flags & 8) != 0 ? cursor.U8() : 0;
        cursor.Skip((flags & 4) != 0 ? 8 : 0);
        cursor.Skip((flags & 16) != 0 ? 1 : 0);
        var length = cursor.Number(1 << (flags & 3));
        var name = file.Text(cursor.Take((int)Math.Min(length, int.MaxValue)));
        return new Hdf5Link(name, kind == 0 ? cursor.U64() : null);
    }

    private static void ReadTables(Hdf5File file, ReadOnlySpan<byte> message, List<Hdf5Link> links)
    {
        var source = file.Source;
        var cursor = new Hdf5Cursor(source, message);
        var (tree, heap) = (cursor.U64(), cursor.U64());
        var head = new Hdf5Cursor(source, source.Structure(heap, 32));
        head.Signature("HEAP"u8);
        head.Skip(4);
        var size = head.U64();
        head.Skip(8);
        var names = source.Structure(head.U64(), size);
        foreach (var leaf in Hdf5Tree.Leaves(source, tree, type: 0, keySize: 8))
        {
            var count = new Hdf5Cursor(source, source.Structure(leaf.Address, 8));
            count.Signature("SNOD"u8);
            count.Skip(2);
            var entries = new Hdf5Cursor(source, source.Structure(leaf.Address + 8, 40UL * count.U16()));
            while (entries.Left > 0)
            {
                var (nameAt, address, kind) = (entries.U64(), entries.U64(), entries.U32());
                entries.Skip(20);
                if (nameAt >= (ulong)names.Length)
                    throw source.Refuse("is corrupt: it has a name that is not where it should be");
                Add(source, links, new Hdf5Link(file.Text(names.AsSpan((int)nameAt)), kind == 2 ? null : address));
            }
        }
    }
}
