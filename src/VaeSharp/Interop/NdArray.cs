using System.Numerics;
using System.Runtime.InteropServices;

namespace VaeSharp.Interop;

/// <summary>An array as NumPy keeps it: the elements' type, the sizes, and the elements themselves.</summary>
/// <param name="DType">The type in NumPy's words, little-endian: <c>|u1</c>, <c>&lt;f4</c>, <c>&lt;i8</c> …</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Data">The elements, little-endian, last index fastest.</param>
public sealed record NdArray(string DType, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Number of elements.</summary>
    public int Length => Data.Length / ElementSize(DType);

    /// <summary>An array of bytes.</summary>
    public static NdArray From(ReadOnlyMemory<byte> values, params long[] shape) => Checked("|u1", shape, values);

    /// <summary>An array of single-precision numbers.</summary>
    public static NdArray From(ReadOnlySpan<float> values, params long[] shape) => Checked("<f4", shape, Bytes(values));

    /// <summary>An array of double-precision numbers.</summary>
    public static NdArray From(ReadOnlySpan<double> values, params long[] shape) => Checked("<f8", shape, Bytes(values));

    /// <summary>An array of 32-bit whole numbers.</summary>
    public static NdArray From(ReadOnlySpan<int> values, params long[] shape) => Checked("<i4", shape, Bytes(values));

    /// <summary>An array of 64-bit whole numbers.</summary>
    public static NdArray From(ReadOnlySpan<long> values, params long[] shape) => Checked("<i8", shape, Bytes(values));

    /// <summary>The elements in single precision.</summary>
    public float[] ToFloats() => Convert<float>(whole: false);

    /// <summary>The elements in double precision.</summary>
    public double[] ToDoubles() => Convert<double>(whole: false);

    /// <summary>The elements as 32-bit whole numbers.</summary>
    /// <exception cref="InvalidDataException">An element is not one.</exception>
    public int[] ToInts() => Convert<int>(whole: true);

    /// <summary>The elements as 64-bit whole numbers.</summary>
    /// <exception cref="InvalidDataException">An element is not one.</exception>
    public long[] ToLongs() => Convert<long>(whole: true);

    /// <summary>The elements as bytes.</summary>
    /// <exception cref="InvalidDataException">An element is not a whole number from 0 to 255.</exception>
    public byte[] ToBytes() => Convert<byte>(whole: true);

    /// <summary>Number of bytes of one element; 0 where the type is not among those that are read.</summary>
    internal static int ElementSize(string dType) => dType is ['<' or '|', 'b' or 'u' or 'i' or 'f', var digit] && dType[1..] is
        "b1" or "u1" or "i1" or "u2" or "i2" or "f2" or "u4" or "i4" or "f4" or "u8" or "i8" or "f8" ? digit - '0' : 0;

    private T[] Convert<T>(bool whole) where T : unmanaged, INumber<T> => DType[1..] switch
    {
        "b1" or "u1" => Cast<byte, T>(whole),
        "i1" => Cast<sbyte, T>(whole),
        "u2" => Cast<ushort, T>(whole),
        "i2" => Cast<short, T>(whole),
        "u4" => Cast<uint, T>(whole),
        "i4" => Cast<int, T>(whole),
        "u8" => Cast<ulong, T>(whole),
        "i8" => Cast<long, T>(whole),
        "f2" => Cast<Half, T>(whole),
        "f4" => Cast<float, T>(whole),
        "f8" => Cast<double, T>(whole),
        _ => throw new InvalidDataException($"Elements of type '{DType}' cannot be converted."),
    };

    private TTo[] Cast<TFrom, TTo>(bool whole) where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        var from = MemoryMarshal.Cast<byte, TFrom>(Data.Span);
        if (typeof(TFrom) == typeof(TTo))
            return MemoryMarshal.Cast<TFrom, TTo>(from).ToArray();
        var to = new TTo[from.Length];
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = TTo.CreateSaturating(from[i]);
            if (whole && !IsSame(from[i], to[i]))
                throw new InvalidDataException($"Element {i} is {from[i]}; a whole number from {Least<TTo>()} to {Most<TTo>()} is needed.");
        }
        return to;
    }

    // 2³¹ in single precision saturates to 2³¹ − 1, which is 2³¹ again in single precision: the largest number may stand for a larger one.
    private static bool IsSame<TFrom, TTo>(TFrom from, TTo to) where TFrom : INumber<TFrom> where TTo : INumber<TTo> =>
        TFrom.CreateSaturating(to) == from && (to != Most<TTo>() || TTo.CreateSaturating(from - TFrom.One) != to);

    private static TTo Least<TTo>() where TTo : INumber<TTo> => TTo.CreateSaturating(long.MinValue);

    private static TTo Most<TTo>() where TTo : INumber<TTo> => TTo.CreateSaturating(long.MaxValue);

    private static byte[] Bytes<T>(ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    private static NdArray Checked(string dType, long[] shape, ReadOnlyMemory<byte> data)
    {
        var length = data.Length / ElementSize(dType);
        if (InputFile.Elements(shape) != length)
            throw new ArgumentException($"{length} values do not have the shape [{string.Join(", ", shape)}].", nameof(shape));
        return new NdArray(dType, shape, data);
    }
}
