using System.Runtime.CompilerServices;
using VaeSharp.Native;

namespace VaeSharp.Tests.Support;

internal static class Setup
{
    // Test classes run beside each other, so one thread for each is the fastest; and sums are then the same on every machine.
    [ModuleInitializer]
    internal static void Load()
    {
        Libtorch.Load();
        set_num_threads(1);
    }
}
