using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>How numbers lie in memory; kernels compute in single precision whatever it is.</summary>
internal unsafe interface IFormat
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Sixteen numbers.</summary>
    static abstract Vector512<float> Load(byte* source);

    /// <summary>Stores sixteen numbers, rounded to the nearest.</summary>
    static abstract void Store(Vector512<float> values, byte* target);

    /// <summary>The first <paramref name="count"/> of sixteen numbers; 0 for the others, which are not read.</summary>
    static abstract Vector512<float> Load(byte* source, int count);

    /// <summary>Stores the first <paramref name="count"/> of sixteen numbers, rounded to the nearest.</summary>
    static abstract void Store(Vector512<float> values, byte* target, int count);
}

/// <summary>Single precision.</summary>
internal readonly unsafe struct Float32 : IFormat
{
    public static int Size => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source) => Vector512.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* target) => values.Store((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source, int count) => Vectors.LoadFirst((float*)source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* target, int count) => Vectors.StoreFirst(values, (float*)target, count);
}

/// <summary>The upper half of single precision: eight bits of exponent, seven of fraction.</summary>
internal readonly unsafe struct BFloat16 : IFormat
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source) => Widen(Vector256.Load((ushort*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* target) => Narrow(values).Store((ushort*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source, int count) => count >= 16
        ? Load(source)
        : Widen(Avx512BW.VL.MaskLoad((ushort*)source, FirstMask(count), Vector256<ushort>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* target, int count)
    {
        if (count >= 16)
            Store(values, target);
        else
            Avx512BW.VL.MaskStore((ushort*)target, FirstMask(count), Narrow(values));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector256<ushort> halves) =>
        Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512Int32(halves), 16).AsSingle();

    // To the nearest, the even one of two; what is no number stays none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = bits + ((bits >> 16) & Vector512<uint>.One) + Vector512.Create(0x7fffu);
        rounded = Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, Vector512.Create(0x7fc00000u));
        return Avx512F.ConvertToVector256UInt16(rounded >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> FirstMask(int count) =>
        Vector256.LessThan(Vector256<ushort>.Indices, Vector256.Create((ushort)Math.Max(count, 0)));
}
