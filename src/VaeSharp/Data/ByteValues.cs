using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeSharp.Data;

/// <summary>What bytes stand for.</summary>
internal static class ByteValues
{
    /// <summary>
    /// low + b · step for each byte b, rounded behind the product and behind the sum: the same numbers on every processor.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]             // else the first steps wait for code that is not optimised
    public static void ToFloats(ReadOnlySpan<byte> bytes, float low, float step, Span<float> values)
    {
        var done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref var from = ref MemoryMarshal.GetReference(bytes);
            ref var to = ref MemoryMarshal.GetReference(values[..bytes.Length]);
            var (least, unit) = (Vector128.Create(low), Vector128.Create(step));
            for (; done <= bytes.Length - Vector128<byte>.Count; done += Vector128<byte>.Count)
            {
                var (first, second) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)done));
                var ((a, b), (c, d)) = (Vector128.Widen(first), Vector128.Widen(second));
                (least + Vector128.ConvertToSingle(a.AsInt32()) * unit).StoreUnsafe(ref to, (nuint)done);
                (least + Vector128.ConvertToSingle(b.AsInt32()) * unit).StoreUnsafe(ref to, (nuint)done + 4);
                (least + Vector128.ConvertToSingle(c.AsInt32()) * unit).StoreUnsafe(ref to, (nuint)done + 8);
                (least + Vector128.ConvertToSingle(d.AsInt32()) * unit).StoreUnsafe(ref to, (nuint)done + 12);
            }
        }
        for (; done < bytes.Length; done++)
            values[done] = low + bytes[done] * step;
    }
}
