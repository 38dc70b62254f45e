using VaeSharp.Native;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>How the pieces of a kernel are divided among threads: libtorch's own, and .NET's where those cannot be had.</summary>
public sealed class WorkersTests : IDisposable
{
    private readonly int before = get_num_threads();

    private static void Use(int threads, bool pool)
    {
        set_num_threads(threads);
        Workers.AreOnPool = pool;
    }

    public static MatrixTheoryData<int, int, bool> PiecesAndThreads => new([0, 1, 2, 3, 17, 1000], [1, 2, 3], [false, true]);

    [Theory, MemberData(nameof(PiecesAndThreads))]
    public void Each_piece_is_done_once(int pieces, int threads, bool pool)
    {
        Use(threads, pool);
        for (var time = 0; time < 20; time++)
        {
            var times = new int[pieces];
            Workers.Run(pieces, piece => Interlocked.Increment(ref times[piece]));
            Assert.All(times, count => Assert.Equal(1, count));
        }
    }

    /// <summary>So that the tests of the pool are tests of the pool.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Pieces_run_on_threads_of_the_pool_where_they_are_told_to(bool pool)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere all pieces do.");
        Use(3, pool);
        var (caller, onPool) = (Environment.CurrentManagedThreadId, 0);
        for (var time = 0; time < 200 && Volatile.Read(ref onPool) == 0; time++)
        {
            Workers.Run(3, _ =>
            {
                if (Environment.CurrentManagedThreadId != caller && Thread.CurrentThread.IsThreadPoolThread)
                    Interlocked.Increment(ref onPool);
                Thread.Sleep(1);
            });
        }
        Assert.Equal(pool, onPool > 0);
    }

    public static MatrixTheoryData<int, bool> Threads => new([1, 2], [false, true]);

    [Theory, MemberData(nameof(Threads))]
    public void A_failure_is_the_callers_and_the_next_use_is_not_affected(int threads, bool pool)
    {
        Use(threads, pool);
        foreach (var failing in (int[])[0, 5, 9])
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => Workers.Run(10, piece =>
            {
                if (piece == failing)
                    throw new InvalidOperationException($"{piece}");
            }));
            Assert.Equal($"{failing}", thrown.Message);
        }
        Each_piece_is_done_once(10, threads, pool);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void More_threads_of_the_program_may_run_kernels_at_once(bool pool)
    {
        Use(2, pool);
        var counts = new int[4];
        var threads = Enumerable.Range(0, counts.Length).Select(caller => new Thread(() =>
        {
            for (var time = 0; time < 50; time++)
                Workers.Run(100, _ => Interlocked.Increment(ref counts[caller]));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(counts, count => Assert.Equal(5000, count));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Pieces_may_have_pieces_and_what_they_are_told_may_have_any_type(bool pool)
    {
        Use(2, pool);
        var times = new int[6 * 7];
        Workers.Run(6, times, static (all, outer) =>
            Workers.Run(7, all, (inner, i) => Interlocked.Increment(ref inner[outer * 7 + i])));
        Assert.All(times, count => Assert.Equal(1, count));
        Workers.Run(6, (Times: times, By: 7), static (all, i) => Interlocked.Increment(ref all.Times[i * all.By]));
        Assert.Equal(6, times.Count(count => count == 2));
    }

    public static MatrixTheoryData<int, int, bool> RowsAndSizes =>
        new([1, 2, 3, 16, 1001], [1, 16, 784, 16_383, 16_384, 16_385, 1_000_003], [false, true]);

    [Theory, MemberData(nameof(RowsAndSizes))]
    public void Each_row_is_done_once(int rows, int size, bool pool)
    {
        Use(2, pool);
        var times = new int[rows];
        Rows.Run(rows, size, row => Interlocked.Increment(ref times[row]));
        Assert.All(times, count => Assert.Equal(1, count));
    }

    /// <summary>Kernels have the same bits by threads of either kind.</summary>
    [Fact]
    public void Results_do_not_depend_on_whose_threads_they_are()
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (logits, x) = (noise.Normal([67, 785], CPU), noise.Uniform([67, 785], CPU));
        var (a, b) = (noise.Normal([131, 300], CPU), noise.Normal([300, 1001], CPU));
        Use(2, pool: false);
        var expected = Compute();
        Use(2, pool: true);
        Assert.All(expected.Zip(Compute()), pair => Check.Close(pair.First, pair.Second, 0, 0));

        Tensor[] Compute() =>
            [BernoulliKernel.LogProb(logits, x)!, Products.Multiply(a, b), tensor(UpdatePass.SumOfSquares([a, b])!.Value)];
    }

    public void Dispose() => Use(before, pool: false);
}
