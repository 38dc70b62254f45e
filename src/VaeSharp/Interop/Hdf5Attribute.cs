namespace VaeSharp.Interop;

/// <summary>Attributes that are texts.</summary>
internal static class Hdf5Attribute
{
    /// <summary>The texts of an attribute; none if it has no elements or is no text, null if there is no such attribute.</summary>
    public static IReadOnlyList<string>? Texts(Hdf5File file, Hdf5Object owner, string name)
    {
        foreach (var message in owner.All(Hdf5Object.Attribute).Concat(Dense(file.Source, owner)))
        {
            if (Parse(file, message.Span, name) is { } texts)
                return texts;
        }
        return null;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Dense(Hdf5Source source, Hdf5Object owner)
    {
        if (owner.One(Hdf5Object.AttributeInfo) is not { } info)
            return [];
        var cursor = new Hdf5Cursor(source, info.Span);
        cursor.Skip(1);
        cursor.Skip((cursor.U8() & 1) != 0 ? 2 : 0);
        var (heap, index) = (cursor.U64(), cursor.U64());
        return heap == Hdf5Source.NoAddress ? [] : Hdf5Heap.Messages(source, heap, index, idAt: 0);
    }

    // Version 1 rounds each part up to 8 bytes.
    private static List<string>? Parse(Hdf5File file, ReadOnlySpan<byte> message, string wanted)
    {
        var source = file.Source;
        var cursor = new Hdf5Cursor(source, message);
        var (version, flags) = (cursor.U8(), cursor.U8());
        if (version is 0 or > 3)
            throw source.Refuse($"has an attribute of version {version}; 1 to 3 are read");
        var (nameSize, typeSize, spaceSize) = (cursor.U16(), cursor.U16(), cursor.U16());
        cursor.Skip(version == 3 ? 1 : 0);
        var pad = version == 1 ? 7 : 0;
        var nameText = file.Text(cursor.Take((nameSize + pad) & ~pad)[..nameSize]);
        if (nameText != wanted)
            return null;
        if (version > 1 && (flags & 3) != 0)
            throw source.Refuse("shares parts of its headers, which is not read");
        var type = Hdf5Type.Parse(source, cursor.Take((typeSize + pad) & ~pad));
        var shape = Hdf5Space.Parse(source, cursor.Take((spaceSize + pad) & ~pad));
        if (type.Kind is not (Hdf5Kind.Text or Hdf5Kind.VariableText) || shape is null)
            return [];
        var bytes = InputFile.DataBytes(source.Name, shape, type.Size, cursor.Left);
        return Values(file, type, cursor.Take(bytes));
    }

    private static List<string> Values(Hdf5File file, Hdf5Type type, ReadOnlySpan<byte> bytes)
    {
        var values = new List<string>();
        var cursor = new Hdf5Cursor(file.Source, bytes);
        while (cursor.Left > 0)
        {
            if (type.Kind == Hdf5Kind.Text)
                values.Add(file.Text(cursor.Take(type.Size)).TrimEnd(' '));
            else
            {
                var length = cursor.U32();
                var heap = cursor.U64();
                values.Add(file.HeapText(heap, cursor.U32(), length));
            }
        }
        return values;
    }
}
