using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Numerics;

/// <summary>How numbers lie in memory; kernels compute in single precision whatever it is.</summary>
internal unsafe interface IFormat
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

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
    public static Vector512<float> Load(byte* source, int count) => Vectors.LoadFirst((float*)source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* target, int count) => Vectors.StoreFirst(values, (float*)target, count);
}

/// <summary>The upper half of single precision: eight bits of exponent, seven of fraction.</summary>
internal readonly unsafe struct BFloat16 : IFormat
{
    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source, int count)
    {
        var bits = count >= 16 ? Vector256.Load((ushort*)source) : LoadFirst((ushort*)source, count);
        return Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512Int32(bits), 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, byte* target, int count)
    {
        // To the nearest, the even one of two; what is no number stays none.
        var bits = values.AsUInt32();
        var odd = (bits >> 16) & Vector512<uint>.One;
        var rounded = (bits + odd + Vector512.Create(0x7fffu)) >> 16;
        var none = Vector512.Create(0x7fc0u);
        var half = Avx512F.ConvertToVector256UInt16(Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, none));
        if (count >= 16)
            half.Store((ushort*)target);
        else
            StoreFirst(half, (ushort*)target, count);
    }

    private static Vector256<ushort> LoadFirst(ushort* source, int count)
    {
        var buffer = stackalloc ushort[16];
        for (var i = 0; i < count; i++)
            buffer[i] = source[i];
        for (var i = Math.Max(count, 0); i < 16; i++)
            buffer[i] = 0;
        return Vector256.Load(buffer);
    }

    private static void StoreFirst(Vector256<ushort> values, ushort* target, int count)
    {
        var buffer = stackalloc ushort[16];
        values.Store(buffer);
        for (var i = 0; i < count; i++)
            target[i] = buffer[i];
    }
}
