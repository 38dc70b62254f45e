namespace VaeSharp.Interop;

/// <summary>The kinds of elements that are read.</summary>
internal enum Hdf5Kind
{
    /// <summary>Something else.</summary>
    Other,

    /// <summary>Whole numbers.</summary>
    Whole,

    /// <summary>IEEE floating-point numbers.</summary>
    Floating,

    /// <summary>The upper half of a single-precision number.</summary>
    BFloat16,

    /// <summary>Bytes without a meaning.</summary>
    Opaque,

    /// <summary>Text of a fixed length.</summary>
    Text,

    /// <summary>Text of any length, kept in the file's global heap.</summary>
    VariableText,
}

/// <summary>The type of a data set's or attribute's elements.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Size">Number of bytes of one.</param>
/// <param name="Signed">Whether a whole number may be negative.</param>
/// <param name="BigEndian">Whether the bytes come highest first.</param>
internal sealed record Hdf5Type(Hdf5Kind Kind, int Size, bool Signed, bool BigEndian)
{
    /// <summary>NumPy's word for the type as it is in memory; null where there is none.</summary>
    public string? DType
    {
        get
        {
            var letter = Kind switch { Hdf5Kind.Floating => 'f', Hdf5Kind.Whole => Signed ? 'i' : 'u', _ => '?' };
            var name = $"{(Size == 1 ? '|' : '<')}{letter}{Size}";
            return NdArray.ElementSize(name) > 0 ? name : null;
        }
    }

    /// <summary>Reads a datatype message.</summary>
    public static Hdf5Type Parse(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message);
        var kind = cursor.U8() & 15;
        var low = cursor.U8();
        cursor.Skip(2);
        var size = cursor.U32();
        if (size is 0 or > int.MaxValue)
            throw source.Refuse($"is corrupt: it has elements of {size:N0} bytes");
        return kind switch
        {
            0 => new Hdf5Type(Hdf5Kind.Whole, (int)size, (low & 8) != 0, (low & 1) != 0),
            1 => new Hdf5Type(Floating(ref cursor, size, low), (int)size, true, (low & 1) != 0),
            3 => new Hdf5Type(Hdf5Kind.Text, (int)size, false, false),
            4 or 5 => new Hdf5Type(Hdf5Kind.Opaque, (int)size, false, kind == 4 && (low & 1) != 0),
            9 when (low & 15) == 1 && size == 16 => new Hdf5Type(Hdf5Kind.VariableText, 16, false, false),
            _ => new Hdf5Type(Hdf5Kind.Other, (int)size, false, false),
        };
    }

    // Where the sign, the exponent and the mantissa stand tells IEEE's numbers from others of the same size.
    private static Hdf5Kind Floating(ref Hdf5Cursor cursor, uint size, byte low)
    {
        cursor.Skip(4);
        var (exponentAt, exponentBits, mantissaAt, mantissaBits) = (cursor.U8(), cursor.U8(), cursor.U8(), cursor.U8());
        return (low & 0x40, mantissaAt, size, exponentAt, exponentBits, mantissaBits) switch
        {
            (0, 0, 2, 10, 5, 10) or (0, 0, 4, 23, 8, 23) or (0, 0, 8, 52, 11, 52) => Hdf5Kind.Floating,
            (0, 0, 2, 7, 8, 7) => Hdf5Kind.BFloat16,
            _ => Hdf5Kind.Other,
        };
    }
}
