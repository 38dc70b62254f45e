using System.Runtime.CompilerServices;
using VaeSharp.Native;

namespace VaeSharp.Imaging.Tests;

internal static class Setup
{
    // Sums are then the same on every machine, and test projects that run beside each other do not wait for each other's threads.
    [ModuleInitializer]
    internal static void Load()
    {
        Libtorch.Load();
        TorchSharp.torch.set_num_threads(1);
    }
}
