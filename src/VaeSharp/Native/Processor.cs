using System.Runtime.Intrinsics.X86;

namespace VaeSharp.Native;

/// <summary>What the processor is, where it decides which of two ways is faster.</summary>
internal static class Processor
{
    /// <summary>Whether it has AMX, units that multiply small matrices in bfloat16.</summary>
    public static bool HasMatrixUnits { get; } = Avx512F.IsSupported && (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;

    /// <summary>Whether it has AVX512-BF16, products of pairs.</summary>
    public static bool HasPairs { get; } = Avx512F.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>Whether AMD makes it. The name's first four letters are in EBX: "Auth" of "AuthenticAMD".</summary>
    public static bool IsFromAmd { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == 0x68747541;
}
