using System.Runtime.InteropServices;

namespace VaeSharp.Native;

/// <summary>Pages of 2 MiB for large pieces of memory: one fault in place of 512 when they are first touched.</summary>
internal static partial class HugePages
{
    private const nint Size = 2 << 20;
    private const int Advice = 14;                                    // MADV_HUGEPAGE of Linux's mman.h

    /// <summary>Asks for huge pages for an array that nothing has been written to. The system may decline.</summary>
    public static unsafe void Use<T>(Span<T> array)
        where T : unmanaged
    {
        fixed (T* start = array)
            Use((nint)start, (nint)(start + array.Length));
    }

    /// <summary>Asks for huge pages where they fit between two addresses.</summary>
    public static void Use(nint from, nint to)
    {
        (from, to) = ((from + Size - 1) & -Size, to & -Size);
        if (!OperatingSystem.IsLinux() || from >= to)
            return;
        try
        {
            _ = Advise(from, (nuint)(to - from), Advice);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system with another C library keeps its small pages.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
