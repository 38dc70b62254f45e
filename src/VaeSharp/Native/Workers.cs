using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace VaeSharp.Native;

/// <summary>Runs the pieces of a kernel on libtorch's own threads.</summary>
/// <remarks>
/// libtorch's threads spin for a while when their work is done. Threads of .NET's pool would have to wait for the processor until they
/// sleep; a kernel between two operations of libtorch therefore runs where those ran. Where libtorch's threads are not libgomp's (Windows,
/// macOS), .NET's pool is used.
/// </remarks>
internal static unsafe class Workers
{
    // void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags), of libgomp's public interface.
    private static readonly Lazy<nint> Team = new(() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(Libtorch.Handle, "GOMP_parallel", out var address) ? address : 0);

    /// <summary>Runs all pieces and waits for them. A piece must not make tensors.</summary>
    /// <param name="pieces">Number of pieces, which are taken one by one by as many threads as libtorch has.</param>
    /// <param name="piece">Told the number of the piece, from 0.</param>
    public static void Run(int pieces, Action<int> piece)
    {
        var threads = Math.Min(get_num_threads(), pieces);
        if (threads > 1)
        {
            Share(new Job(pieces, threads, piece), threads);
            return;
        }
        for (var i = 0; i < pieces; i++)
            piece(i);
    }

    private static void Share(Job job, int threads)
    {
        if (Team.Value is var team and not 0)
        {
            var handle = GCHandle.Alloc(job);
            ((delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)team)(
                &Work, GCHandle.ToIntPtr(handle), (uint)threads, 0);
            handle.Free();
        }
        else
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => job.Work());
        }
        job.End();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Work(nint handle) => ((Job)GCHandle.FromIntPtr(handle).Target!).Work();

    /// <summary>
    /// Each thread takes the pieces of a stretch of its own one by one, and then helps with what is left of the others'. Threads would wait
    /// for each other if all counted on one number.
    /// </summary>
    private sealed class Job(int pieces, int threads, Action<int> piece)
    {
        private const int Apart = 128 / sizeof(int);                                                       // no two counters in one cache line

        [ThreadStatic]
        private static int[]? kept;

        private readonly int[] taken = Counters(threads * Apart);
        private int joined = -1;
        private ExceptionDispatchInfo? failure;

        // No exception may reach native code.
        public void Work()
        {
            try
            {
                var own = Interlocked.Increment(ref joined);
                for (var k = 0; k < threads; k++)
                    Take((own + k) % threads);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }

        public void End() => failure?.Throw();

        // Of the thread that starts jobs, which waits for the end of each.
        private static int[] Counters(int count)
        {
            if (kept is null || kept.Length < count)
                kept = new int[count];
            Array.Clear(kept);
            return kept;
        }

        private void Take(int stretch)
        {
            var (from, end) = ((int)((long)pieces * stretch / threads), (int)((long)pieces * (stretch + 1) / threads));
            ref var next = ref taken[stretch * Apart];
            for (var i = from + Interlocked.Increment(ref next) - 1; i < end; i = from + Interlocked.Increment(ref next) - 1)
                piece(i);
        }
    }
}
