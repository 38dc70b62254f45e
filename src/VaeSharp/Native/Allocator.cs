using System.Runtime.InteropServices;

namespace VaeSharp.Native;

/// <summary>How the C library gives memory back.</summary>
internal static partial class Allocator
{
    // From malloc.h of the GNU C library.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int LargestMapThreshold = 32 << 20;

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
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system with another C library keeps its own way.
        }
    }

    private static bool IsSetByUser => new[] { "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES" }
        .Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Set(int parameter, int value);
}
