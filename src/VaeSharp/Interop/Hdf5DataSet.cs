using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeSharp.Interop;

/// <summary>An array in an HDF5 file.</summary>
internal sealed class Hdf5DataSet
{
    private readonly Hdf5File file;
    private readonly Hdf5Object header;

    public Hdf5DataSet(Hdf5File file, Hdf5Object header, string path)
    {
        (this.file, this.header, Path) = (file, header, path);
        if (!header.IsData)
            throw Refuse("is no data set");
        Type = Hdf5Type.Parse(file.Source, Message(Hdf5Object.Datatype));
        Shape = Hdf5Space.Parse(file.Source, Message(Hdf5Object.Dataspace)) ?? throw Refuse("has no elements");
    }

    /// <summary>The elements' type.</summary>
    public Hdf5Type Type { get; }

    /// <summary>The sizes.</summary>
    public long[] Shape { get; }

    /// <summary>Names on the way from the root, with slashes between.</summary>
    public string Path { get; }

    /// <summary>The object's identity.</summary>
    public ulong Address => header.Address;

    /// <summary>Reads the array. What only Keras knows to be bfloat16 comes in single precision too.</summary>
    public NdArray Read()
    {
        if (header.One(Hdf5Object.ExternalFiles) is not null)
            throw Refuse("has its data in another file, which is not opened");
        var named = Type.Size == 2 && Hdf5Attribute.Texts(file, header, "dtype") is ["bfloat16"];
        if (Type.Kind == Hdf5Kind.BFloat16 || (named && Type.Kind is Hdf5Kind.Whole or Hdf5Kind.Opaque))
            return Widened(Bytes(elementSize: sizeof(float)));
        return Type.DType is { } dType
            ? new NdArray(dType, Shape, Bytes(Type.Size))
            : throw Refuse("has elements of a type that is not read");
    }

    /// <summary>The file, for errors.</summary>
    public string File => file.Source.Name;

    /// <summary>The error for this data set.</summary>
    internal InvalidDataException Refuse(string what) => file.Source.Refuse($"cannot be read: its array '{Hdf5Name.Shown(Path)}' {what}");

    private ReadOnlySpan<byte> Message(int type) => (header.One(type) ?? throw Refuse("has an incomplete header")).Span;

    private byte[] Bytes(int elementSize)
    {
        if (InputFile.Elements(Shape) is { } elements)                              // else what reads it refuses the shape
            file.Source.Take(elements, elementSize);
        var bytes = Stored();
        if (Type.BigEndian)
        {
            for (var at = 0; at < bytes.Length; at += Type.Size)
                bytes.AsSpan(at, Type.Size).Reverse();
        }
        return bytes;
    }

    private NdArray Widened(byte[] halves)
    {
        var values = new float[halves.Length / 2];
        for (var i = 0; i < values.Length; i++)
            values[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(halves.AsSpan(2 * i)) << 16);
        return new NdArray("<f4", Shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    private byte[] Stored()
    {
        var source = file.Source;
        var cursor = new Hdf5Cursor(source, Message(Hdf5Object.Layout));
        var version = cursor.U8();
        if (version is < 3 or > 4)
            throw Refuse($"has a layout of version {version}; 3 and 4 are read");
        var kind = cursor.U8();
        if (kind == 2)
            return new Hdf5Chunks(source, this, Hdf5Filters.Parse(this, source, header.One(Hdf5Object.Filters))).Read(version, ref cursor);
        if (kind > 2)
            throw Refuse("is put together from other data sets, which is not followed");
        if (kind == 0)
        {
            int stored = cursor.U16();
            return cursor.Take(InputFile.DataBytes(source.Name, Shape, Type.Size, Math.Min(stored, cursor.Left))).ToArray();
        }
        var (address, size) = (cursor.U64(), cursor.U64());
        var count = InputFile.DataBytes(source.Name, Shape, Type.Size, (long)Math.Min(size, (ulong)source.Length));
        if (count == 0)
            return [];
        if (address == Hdf5Source.NoAddress)
            throw Refuse("was never written");
        source.Claim(address, (ulong)count);
        var bytes = new byte[count];
        source.Fill(address, bytes);
        return bytes;
    }
}
