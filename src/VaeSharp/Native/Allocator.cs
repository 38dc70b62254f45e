using System.Runtime.InteropServices;

namespace VaeSharp.Native;

/// <summary>How the C library gives memory back.</summary>
internal static partial class Allocator
{
    // From malloc.h of the GNU C library.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int TopPad = -2;
    private const int LargestMapThreshold = 32 << 20;
    private const int Growth = 64 << 20;
    private const int Reserve = 1 << 30;

    /// <summary>
    /// Lets freed memory stay with the process, unless the user has said how it shall be. The GNU C library returns each large block to the
    /// system, which then has to clear every page of it again in the next step.
    /// </summary>
    public static void KeepMemory()
    {
        if (!OperatingSystem.IsLinux() || IsSetByUser)
            return;
        try
        {
            _ = Set(MapThreshold, LargestMapThreshold);
            _ = Set(TrimThreshold, int.MaxValue);
            UseHugePages();
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system with another C library keeps its own way.
        }
    }

    /// <summary>
    /// Reserves the addresses of the heap's first gigabyte, and asks for huge pages there. Memory that nobody touches is not taken. Without
    /// this, faults for small pages are a third of the time that loading libtorch takes.
    /// </summary>
    private static void UseHugePages()
    {
        _ = Set(TopPad, Reserve);
        var last = Allocate(LargestMapThreshold - 4096);              // more than is free, so that the heap grows, and by the reserve
        _ = Set(TopPad, Growth);
        Free(last);
        var end = Break(0);
        if (last != 0 && last < end && end - last <= Reserve + 2L * LargestMapThreshold)           // else this thread has a heap of its own
            HugePages.Use(last, end);
    }

    private static bool IsSetByUser => new[] { "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES" }
        .Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Set(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc")]
    private static partial nint Allocate(nuint size);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint block);

    [LibraryImport("libc", EntryPoint = "sbrk")]
    private static partial nint Break(nint increment);
}
