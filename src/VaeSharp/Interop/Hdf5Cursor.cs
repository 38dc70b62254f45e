using System.Buffers.Binary;

namespace VaeSharp.Interop;

/// <summary>Reads numbers from a piece of an HDF5 file, one after the other; past its end is an error.</summary>
internal ref struct Hdf5Cursor(Hdf5Source source, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Number of bytes before the next one.</summary>
    public int Position { get; private set; }

    /// <summary>Number of bytes that follow.</summary>
    public readonly int Left => bytes.Length - Position;

    /// <summary>The next byte.</summary>
    public byte U8() => Take(1)[0];

    /// <summary>The next two bytes.</summary>
    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>The next four bytes.</summary>
    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>The next eight bytes: an address or a length.</summary>
    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of up to eight bytes.</summary>
    public ulong Number(int size)
    {
        if (size > 8)
            throw source.Refuse($"is corrupt: it has a number of {size} bytes");
        var value = 0UL;
        foreach (var (index, part) in Take(size).ToArray().Index())
            value |= (ulong)part << (8 * index);
        return value;
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Left)
            throw source.Refuse("is corrupt: a part of its structure ends too early");
        Position += count;
        return bytes.Slice(Position - count, count);
    }

    /// <summary>Leaves bytes out.</summary>
    public void Skip(int count) => Take(count);

    /// <summary>Makes sure that the next four bytes are what a structure begins with.</summary>
    public void Signature(ReadOnlySpan<byte> expected)
    {
        if (!Take(expected.Length).SequenceEqual(expected))
            throw source.Refuse("is corrupt: a part of its structure does not begin as it must");
    }
}
