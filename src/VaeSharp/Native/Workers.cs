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

    /// <summary>Whether .NET's pool is used where libtorch's threads could be, so that it can be tried there too.</summary>
    public static bool AreOnPool { get; set; }

    /// <summary>Runs all pieces and waits for them. A piece must not make tensors.</summary>
    /// <param name="pieces">Number of pieces, which are taken one by one by as many threads as libtorch has.</param>
    /// <param name="piece">Told the number of the piece, from 0.</param>
    public static void Run(int pieces, Action<int> piece) => Run(pieces, piece, static (body, i) => body(i));

    /// <summary>The same for a body that captures nothing, so that nothing is left to the collector.</summary>
    /// <param name="pieces">Number of pieces.</param>
    /// <param name="work">What all pieces are told.</param>
    /// <param name="piece">Told that, and the number of the piece.</param>
    public static void Run<T>(int pieces, T work, Action<T, int> piece)
    {
        var threads = Math.Min(get_num_threads(), pieces);
        if (threads > 1)
        {
            Share(Job<T>.Of(pieces, threads, work, piece), threads);
            return;
        }
        for (var i = 0; i < pieces; i++)
            piece(work, i);
    }

    private static void Share(Job job, int threads)
    {
        if (!AreOnPool && Team.Value is var team and not 0)
        {
            ((delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)team)(
                &Work, job.Handle, (uint)threads, 0);
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
    private abstract class Job
    {
        private const int Apart = 128 / sizeof(int);                                                    // no two counters in one cache line

        private readonly GCHandle handle;
        private int[] taken = [];
        private int pieces;
        private int threads;
        private int joined;
        private ExceptionDispatchInfo? failure;

        protected Job() => handle = GCHandle.Alloc(this, GCHandleType.Weak);

        ~Job() => handle.Free();

        public nint Handle => GCHandle.ToIntPtr(handle);

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

        public void End()
        {
            var thrown = failure;
            failure = null;
            Forget();
            thrown?.Throw();
        }

        protected void Begin(int count, int among)
        {
            (pieces, threads, joined) = (count, among, -1);
            if (taken.Length < among * Apart)
                taken = new int[among * Apart];
            Array.Clear(taken);
        }

        protected abstract void Forget();

        protected abstract void Piece(int i);

        private void Take(int stretch)
        {
            var (from, end) = ((int)((long)pieces * stretch / threads), (int)((long)pieces * (stretch + 1) / threads));
            ref var next = ref taken[stretch * Apart];
            for (var i = from + Interlocked.Increment(ref next) - 1; i < end; i = from + Interlocked.Increment(ref next) - 1)
                Piece(i);
        }
    }

    // Kept by the thread that starts jobs, which waits for the end of each.
    private sealed class Job<T> : Job
    {
        [ThreadStatic]
        private static Job<T>? kept;

        private T work = default!;
        private Action<T, int>? piece;

        public static Job<T> Of(int pieces, int threads, T work, Action<T, int> piece)
        {
            var job = kept is { piece: null } idle ? idle : kept = new Job<T>();
            (job.work, job.piece) = (work, piece);
            job.Begin(pieces, threads);
            return job;
        }

        protected override void Forget() => (work, piece) = (default!, null);

        protected override void Piece(int i) => piece!(work, i);
    }
}
