using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace VaeSharp.Native;

/// <summary>Gets libtorch loaded, also where the system's C++ library is older than TorchSharp's native part asks for.</summary>
/// <remarks>
/// TorchSharp's native library requires version GLIBCXX_3.4.32 of libstdc++ for a symbol that it never calls, so it does not load on Debian
/// 12 and Ubuntu 22.04. When that happens, a copy whose requirement is marked as weak is written to the user's cache and loaded instead.
/// The file that the package manager installed is never touched.
/// </remarks>
public static class Libtorch
{
    private const string Wrapper = "LibTorchSharp";
    private static readonly string Core =
        OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
    private static readonly Lazy<Exception?> Failure = new(TryLoad);
    private static nint handle;

    /// <summary>libtorch, through which what it depends on is found too.</summary>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded.</exception>
    internal static nint Handle
    {
        get
        {
            Load();
            return handle;
        }
    }

    /// <summary>Loads libtorch, if that has not happened yet.</summary>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded; the message says what is missing and what to do.</exception>
    public static void Load()
    {
        if (Failure.Value is { } cause)
            throw new DllNotFoundException(Explain(cause), cause);
    }

    // A library's module initialiser is the only place that runs before any use of TorchSharp without the user's doing.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Watch()
    {
        Waiting.Shorten();
        Allocator.KeepMemory();
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == Wrapper ? LoadWeakened() : 0;
    }
#pragma warning restore CA2255

    private static Exception? TryLoad()
    {
        try
        {
            // What TorchSharp does first; where that fails, TorchSharp would write pages of trace to the console.
            handle = NativeLibrary.Load(Find(Core) ?? Core);
            NativeLibrary.Load(Wrapper, typeof(torch).Assembly, searchPath: null);
            InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception failure)
            when (failure is NotSupportedException or DllNotFoundException or TypeInitializationException or IOException)
        {
            return failure;
        }
    }

    private static nint LoadWeakened()
    {
        if (!OperatingSystem.IsLinux() || Find($"lib{Wrapper}.so") is not { } wrapper || Find("libtorch.so") is not { } libtorch)
            return 0;
        if (!NativeLibrary.TryLoad(libtorch, out _))
            return 0;
        return NativeLibrary.TryLoad(WeakenedCopy.Of(wrapper), out var handle) ? handle : 0;
    }

    /// <summary>The first folder that the runtime searches for native libraries which holds the file.</summary>
    private static string? Find(string file)
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));
        return searched.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static string Explain(Exception cause)
    {
        var system = $"{RuntimeInformation.OSDescription.Trim()} ({RuntimeInformation.RuntimeIdentifier})";
        return Find(Core) is null
            ? $"No libtorch was found beside this program. Add the package that fits this system, {system}: {Package()}, version 2.10.0."
            : $"libtorch was found, but does not load on {system}: {Reason(cause)}";
    }

    // A failed load lists every place that was tried, a line each; the one with the reason is the longest.
    private static string Reason(Exception cause) => cause.GetBaseException().Message.Split('\n').MaxBy(line => line.Length)!.Trim();

    private static string Package() => (OperatingSystem.IsWindows(), OperatingSystem.IsMacOS()) switch
    {
        (true, _) => "libtorch-cpu-win-x64 (or a libtorch-cuda-… one)",
        (_, true) => "libtorch-cpu-osx-arm64",
        _ => "libtorch-cpu-linux-x64 (or a libtorch-cuda-… one)",
    };
}
