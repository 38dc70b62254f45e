using VaeSharp.Native;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>How the pieces of a kernel are divided among threads.</summary>
public sealed class WorkersTests : IDisposable
{
    private readonly int before = get_num_threads();

    public static MatrixTheoryData<int, int> PiecesAndThreads => new([0, 1, 2, 3, 17, 1000], [1, 2, 3]);

    [Theory, MemberData(nameof(PiecesAndThreads))]
    public void Each_piece_is_done_once(int pieces, int threads)
    {
        set_num_threads(threads);
        for (var time = 0; time < 20; time++)
        {
            var times = new int[pieces];
            Workers.Run(pieces, piece => Interlocked.Increment(ref times[piece]));
            Assert.All(times, count => Assert.Equal(1, count));
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void A_failure_is_the_callers_and_the_next_use_is_not_affected(int threads)
    {
        set_num_threads(threads);
        foreach (var failing in (int[])[0, 5, 9])
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => Workers.Run(10, piece =>
            {
                if (piece == failing)
                    throw new InvalidOperationException($"{piece}");
            }));
            Assert.Equal($"{failing}", thrown.Message);
        }
        Each_piece_is_done_once(10, threads);
    }

    [Fact]
    public void More_threads_of_the_program_may_run_kernels_at_once()
    {
        set_num_threads(2);
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

    [Fact]
    public void Pieces_may_have_pieces_and_what_they_are_told_may_have_any_type()
    {
        set_num_threads(2);
        var times = new int[6 * 7];
        Workers.Run(6, times, static (all, outer) =>
            Workers.Run(7, all, (inner, i) => Interlocked.Increment(ref inner[outer * 7 + i])));
        Assert.All(times, count => Assert.Equal(1, count));
        Workers.Run(6, (Times: times, By: 7), static (all, i) => Interlocked.Increment(ref all.Times[i * all.By]));
        Assert.Equal(6, times.Count(count => count == 2));
    }

    public static MatrixTheoryData<int, int> RowsAndSizes => new([1, 2, 3, 16, 1001], [1, 16, 784, 16_383, 16_384, 16_385, 1_000_003]);

    [Theory, MemberData(nameof(RowsAndSizes))]
    public void Each_row_is_done_once(int rows, int size)
    {
        set_num_threads(2);
        var times = new int[rows];
        Rows.Run(rows, size, row => Interlocked.Increment(ref times[row]));
        Assert.All(times, count => Assert.Equal(1, count));
    }

    public void Dispose() => set_num_threads(before);
}
