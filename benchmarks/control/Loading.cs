using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using VaeSharp.Native;

namespace VaeSharp.Benchmarks;

/// <summary>Gets libtorch loaded where the system's C++ library is older than TorchSharp's native part asks for.</summary>
internal static class Loading
{
    private const string Wrapper = "LibTorchSharp";

    // Before any use of TorchSharp.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Watch() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, name) =>
        name == Wrapper && OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Path("libtorch.so"), out _)
        && NativeLibrary.TryLoad(WeakenedCopy.Of(Path($"lib{Wrapper}.so")), out var handle) ? handle : 0;
#pragma warning restore CA2255

    private static string Path(string file) => new[] { "", "runtimes/linux-x64/native" }
        .Select(folder => System.IO.Path.Combine(AppContext.BaseDirectory, folder, file)).First(File.Exists);
}
