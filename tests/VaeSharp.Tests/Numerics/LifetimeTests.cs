using System.Diagnostics;
using System.Runtime.CompilerServices;
using VaeSharp.Numerics;
using VaeSharp.Optimizers;

namespace VaeSharp.Tests.Numerics;

/// <summary>
/// What a kernel reads stays until it has been read, without a dispose scope that would hold it: the garbage collector may finalise a tensor
/// behind the last use of its object, whatever happens to its memory then.
/// </summary>
public sealed class LifetimeTests
{
    private const int Trials = 8;

    public LifetimeTests() => WithKernels.Needed();

    // Each is called with fresh tensors, of which nobody else knows.
    private static readonly Dictionary<string, (long[][] Shapes, Action<Tensor[]> Run)> Uses = new()
    {
        ["narrow"] = ([[9_000_000]], x => Casts.Narrow(Take(x, 0)).Dispose()),
        ["dot"] = ([[9000, 1000], [16, 1000]], x => ThinProducts.Dot(Take(x, 0), Take(x, 1)).Dispose()),
        ["spread"] = ([[9000, 16], [16, 1000]], x => ThinProducts.Spread(Take(x, 0), Take(x, 1)).Dispose()),
        ["outer"] = ([[9000, 16], [9000, 1000]], x => ThinProducts.Outer(Take(x, 0), Take(x, 1)).Dispose()),
        ["product"] = ([[1000, 1000], [1000, 1000]], x => Products.Multiply(Take(x, 0), Take(x, 1)).Dispose()),
        ["parts"] = ([[200, 50_000]], x => Sum(Take(x, 0)).Dispose()),
        ["norm"] = ([[9_000_000]], x => UpdatePass.SumOfSquares([Take(x, 0)])),
    };

    public static TheoryData<string> Names => [.. Uses.Keys];

    /// <summary>
    /// Another thread collects all the time. A collection may fall between the end of the work and the look at the clock, but not in a
    /// quarter of the trials.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void What_is_read_is_not_collected_before_the_end(string name)
    {
        var (shapes, run) = Uses[name];
        var warm = Stopwatch.StartNew();
        while (warm.ElapsedMilliseconds < 400)                                                   // code that was compiled quickly keeps all
            run([.. shapes.Select(shape => zeros([.. shape.Select(size => Math.Min(size, 50_000 / shape.Length))]))]);
        var early = new int[shapes.Length];
        for (var trial = 0; trial < Trials; trial++)
        {
            var (inputs, watched) = Fresh(shapes);
            using var started = new ManualResetEventSlim();
            var ended = 0;
            var died = new bool[shapes.Length];
            var collector = new Thread(() =>
            {
                started.Set();
                while (Volatile.Read(ref ended) == 0)
                {
                    GC.Collect();
                    for (var i = 0; i < died.Length; i++)
                    {
                        if (!watched[i].IsAlive && Volatile.Read(ref ended) == 0)
                            died[i] = true;
                    }
                }
            });
            collector.Start();
            started.Wait(TestContext.Current.CancellationToken);
            try
            {
                run(inputs);
            }
            finally
            {
                Volatile.Write(ref ended, 1);
                collector.Join();
            }
            for (var i = 0; i < died.Length; i++)
                early[i] += died[i] ? 1 : 0;
        }
        Assert.All(early, count => Assert.InRange(count, 0, Trials / 4));
    }

    [Fact]
    public void The_state_of_an_optimisers_pass_lives_as_long_as_it()
    {
        var (pass, watched) = Over();
        GC.Collect();
        Assert.All(watched, state => Assert.True(state.IsAlive));
        GC.KeepAlive(pass);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (UpdatePass, WeakReference[]) Over()
        {
            var (inputs, watched) = Fresh([[100], [100], [100]]);
            return (UpdatePass.Over([inputs[0]], [inputs[1]], [inputs[2]])!, watched);
        }
    }

    private static readonly Dictionary<string, Func<Tensor[]>> Functions = new()
    {
        ["linear"] = () => Gradients(v => LinearKernel.Apply(v[0], v[1], v[2], true)!, [67, 300], [130, 300], [130]),
        ["thin"] = () => Gradients(v => LinearKernel.Apply(v[0], v[1], v[2], false)!, [67, 300], [5, 300], [5]),
        ["thin inputs"] = () => Gradients(v => LinearKernel.Apply(v[0], v[1], v[2], true)!, [67, 5], [300, 5], [300]),
        ["linear in bfloat16"] = () =>
            Gradients(v => LinearKernel.Apply(v[0], v[1].to_type(bfloat16), v[2], false)!, [67, 300], [130, 300], [130]),
        ["bernoulli"] = () => Gradients(v => BernoulliKernel.LogProb(v[0], Values(1, [67, 784]))!, [67, 784]),
        ["continuous bernoulli"] = () => Gradients(v => ContinuousBernoulliKernel.LogProb(v[0], Values(1, [67, 784]))!, [67, 784]),
        ["bias"] = () => Gradients(
            v => BiasKernel.Apply(Layouts.ChannelsLast(v[0]), v[1], true, new Window(0, 0, 9, 8))!, [9, 16, 10, 10], [16]),
        ["convolution"] = () => Gradients(v => Convolve(v, 9, false), [9, 9, 7, 7], [17, 9, 3, 3], [17]),
        ["transposed convolution"] = () => Gradients(v => Convolve(v, 9, true), [9, 17, 3, 3], [17, 9, 3, 3], [9]),
        ["to one channel"] = () => Gradients(v => Convolve(v, 1, true), [9, 17, 3, 3], [17, 1, 3, 3], [1]),
        ["optimiser"] = Step,
    };

    public static TheoryData<string> Kinds => [.. Functions.Keys];

    [Theory, MemberData(nameof(Kinds))]
    public void A_collector_that_runs_all_the_time_changes_no_value_and_no_gradient(string name)
    {
        var compute = Functions[name];
        var calm = compute();
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(1);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var time = 0; time < 40; time++)
                Assert.All(calm.Zip(compute()), pair => Check.Close(pair.First, pair.Second, 0, 0));
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    private static Tensor Convolve(Tensor[] v, int large, bool up) => ConvolutionKernel.Apply(v[0], Layouts.ChannelsLast(v[1]), v[2],
        new Grids(new Grid(3, 3, 17), new Grid(7, 7, large), 3, 2, 0, 0), up, relu: false)!;

    private static Tensor[] Step()
    {
        Tensor[] weights = [Values(0, [100, 130]), Values(1, [17])];
        using var optimizer = new RmsPropSpec { Momentum = 0.5 }.Build(weights);
        for (var step = 0; step < 3; step++)
            optimizer.Step([Values(2, [130, 100]).t(), Values(3, [17]).to_type(bfloat16)], 0.01, [weights[0].to_type(bfloat16), null]);
        return weights;
    }

    private static Tensor[] Gradients(Func<Tensor[], Tensor> function, params long[][] shapes)
    {
        Tensor[] leaves = [.. shapes.Select((shape, i) => Values(i, shape).requires_grad_())];
        var y = function(leaves);
        y.backward([ones_like(y)], false, false, leaves);
        return [y.detach(), .. leaves.Select(leaf => leaf.grad!)];
    }

    private static Tensor Values(int start, long[] shape)
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        return tensor(Enumerable.Range(0, (int)count).Select(i => MathF.Sin(i + start)).ToArray()).view(shape);
    }

    private static Tensor Sum(Tensor parts)
    {
        var target = empty(parts.size(1));
        return Parts.Sum(parts, target);
    }

    // The array forgets what it had, and nothing else holds it.
    private static Tensor Take(Tensor[] from, int i)
    {
        var taken = from[i];
        from[i] = null!;
        return taken;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Tensor[] Inputs, WeakReference[] Watched) Fresh(long[][] shapes)
    {
        Tensor[] inputs = [.. shapes.Select(shape => zeros(shape))];
        return (inputs, Array.ConvertAll(inputs, input => new WeakReference(input)));
    }
}
