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
            Share(new Job(pieces, piece), threads);
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

    private sealed class Job(int pieces, Action<int> piece)
    {
        private int next = -1;
        private ExceptionDispatchInfo? failure;

        // No exception may reach native code.
        public void Work()
        {
            try
            {
                for (var i = Interlocked.Increment(ref next); i < pieces; i = Interlocked.Increment(ref next))
                    piece(i);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }

        public void End() => failure?.Throw();
    }
}
