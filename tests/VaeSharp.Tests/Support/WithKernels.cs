using VaeSharp.Numerics;

namespace VaeSharp.Tests.Support;

/// <summary>What tests of kernels have in common.</summary>
internal static class WithKernels
{
    /// <summary>Skips a test where no kernel can run.</summary>
    public static void Needed() => Assert.SkipUnless(Kernels.AreSupported, "The processor has no AVX-512.");

    /// <summary>Runs a computation on one and on two threads, twice each: all results are the same to the last bit.</summary>
    public static void AssertSameOnAnyThreads(Func<Tensor[]> compute)
    {
        var before = get_num_threads();
        try
        {
            var expected = On(1);
            foreach (var threads in (int[])[1, 2, 2])
                Assert.All(expected.Zip(On(threads)), pair => Check.Close(pair.First, pair.Second, 0, 0));
        }
        finally
        {
            set_num_threads(before);
        }

        Tensor[] On(int threads)
        {
            set_num_threads(threads);
            return [.. compute().Select(result => result.detach().clone())];
        }
    }
}
