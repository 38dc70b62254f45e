using System.Runtime.InteropServices;

namespace VaeSharp.Native;

/// <summary>How libtorch's threads wait for each other.</summary>
internal static partial class Waiting
{
    // Spins, some 30 µs, after which a waiting thread sleeps. libgomp's own number keeps it spinning for over a millisecond.
    private const string Spins = "10000";

    /// <summary>
    /// Makes waiting threads sleep soon, unless the user has said how they shall wait. On a machine that does other things too, threads
    /// that spin take the processor from those that they wait for: with two other busy processes on two cores, training was four times as
    /// fast this way, and as fast as before on an idle machine. libgomp reads the setting from the native environment when it is loaded.
    /// </summary>
    public static void Shorten()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
            return;
        try
        {
            _ = SetEnvironment("GOMP_SPINCOUNT", Spins, overwrite: 0);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without that C library keeps its own way of waiting.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
