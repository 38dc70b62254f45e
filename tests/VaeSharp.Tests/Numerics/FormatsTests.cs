using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>How numbers are read and written, against libtorch's conversions.</summary>
public sealed unsafe class FormatsTests
{
    public FormatsTests() => WithKernels.Needed();

    // Every upper half with the lower halves that decide about rounding: below, at and above the middle, and the ends.
    private static readonly float[] Numbers =
    [
        .. from high in Enumerable.Range(0, 1 << 16)
           from low in (int[])[0, 1, 0x7fff, 0x8000, 0x8001, 0xffff]
           select BitConverter.Int32BitsToSingle(high << 16 | low),
    ];

    [Fact]
    public void Bfloat16_rounds_as_libtorch_does()
    {
        using var scope = NewDisposeScope();
        var expected = MemoryMarshal.Cast<byte, ushort>(tensor(Numbers).to_type(bfloat16).bytes).ToArray();
        var found = new ushort[Numbers.Length];
        fixed (float* source = Numbers)
        fixed (ushort* target = found)
        {
            for (var i = 0; i < found.Length; i += 16)
                BFloat16.Store(Vector512.Load(source + i), (byte*)(target + i), found.Length - i);
        }
        // The sign and the bits of what is no number are nobody's business.
        Assert.All(Enumerable.Range(0, found.Length), i => Assert.True(expected[i] == found[i] || IsNone(expected[i]) && IsNone(found[i]),
            $"{Numbers[i]:R}: {expected[i]:x} and {found[i]:x}"));

        static bool IsNone(ushort bits) => (bits & 0x7fff) > 0x7f80;
    }

    [Fact]
    public void Bfloat16_is_read_exactly()
    {
        var bits = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).ToArray();
        var found = new float[16];
        fixed (ushort* source = bits)
        {
            for (var i = 0; i < bits.Length; i += 16)
            {
                BFloat16.Load((byte*)(source + i), 16).CopyTo(found);
                Assert.All(Enumerable.Range(0, 16), j => Assert.Equal((i + j) << 16, BitConverter.SingleToInt32Bits(found[j])));
            }
        }
    }

    public static TheoryData<int> Counts => [.. Enumerable.Range(-17, 35)];

    [Theory, MemberData(nameof(Counts))]
    public void The_first_numbers_are_read_and_written_and_no_others(int count)
    {
        AssertFirst<Float32, float>(count, i => i);
        AssertFirst<BFloat16, ushort>(count, i => (ushort)(BitConverter.SingleToUInt32Bits(i) >> 16));
    }

    private static void AssertFirst<TFormat, TNumber>(int count, Func<int, TNumber> number)
        where TFormat : IFormat
        where TNumber : unmanaged
    {
        Assert.Equal(sizeof(TNumber), TFormat.Size);
        var some = Math.Clamp(count, 0, 16);
        TNumber[] values = [.. Enumerable.Range(1, 16).Select(number)], target = [.. Enumerable.Repeat(number(-1), 48)];
        var found = new float[16];
        fixed (TNumber* source = values, to = target)
        {
            var loaded = TFormat.Load((byte*)source, count);
            loaded.CopyTo(found);
            TFormat.Store(loaded, (byte*)(to + 16), count);
        }
        Assert.Equal([.. Enumerable.Range(1, 16).Select(i => i <= some ? (float)i : 0)], found);
        Assert.Equal([.. Enumerable.Repeat(number(-1), 16), .. values.Take(some), .. Enumerable.Repeat(number(-1), 32 - some)], target);
    }
}
