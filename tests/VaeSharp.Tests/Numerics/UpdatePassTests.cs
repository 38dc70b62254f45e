using VaeSharp.Numerics;
using VaeSharp.Optimizers;

namespace VaeSharp.Tests.Numerics;

/// <summary>
/// Optimisers' own pass over memory: sizes, orders and extremes. That the formulas are those of the papers is tested with the optimisers.
/// </summary>
public sealed class UpdatePassTests
{
    private static readonly Dictionary<string, OptimizerSpec> Specs = new()
    {
        ["adam"] = new AdamSpec { WeightDecay = 0.1 },
        ["adamw"] = new AdamWSpec { WeightDecay = 0.3 },
        ["keras-adam"] = new KerasAdamSpec(),
        ["rmsprop"] = new RmsPropSpec { WeightDecay = 0.1 },
        ["rmsprop with momentum"] = new RmsPropSpec { Momentum = 0.6 },
    };

    public UpdatePassTests() => WithKernels.Needed();

    public static TheoryData<string> Names => [.. Specs.Keys];

    // The same steps in double precision, which the pass does not take: parameters and all state.
    private static Tensor[] Follow(OptimizerSpec spec, Tensor[] parameters, IEnumerable<Tensor?[]> gradients, bool inDouble = false)
    {
        Tensor[] copies = inDouble ? [.. parameters.Select(parameter => parameter.to_type(float64).contiguous().clone())] : parameters;
        using var optimizer = spec.Build(copies);
        foreach (var step in gradients)
            optimizer.Step([.. step.Select(g => inDouble ? g?.to_type(float64).contiguous() : g)], 0.01);
        return [.. copies, .. optimizer.State.SelectMany(list => list.Values).Select(value => value.detach().clone())];
    }

    private static void AssertLikeInDouble(OptimizerSpec spec, Tensor[] parameters, Tensor?[][] gradients)
    {
        var expected = Follow(spec, parameters, gradients, inDouble: true);
        var found = Follow(spec, parameters, gradients);
        // Each of three steps rounds a handful of times, by 6e-8 of what is there, where gradient and decay do not cancel each other.
        Assert.All(expected.Zip(found), pair => Check.SameNumbers(pair.First, pair.Second, 5e-6, full([], 2e-7)));
    }

    public static MatrixTheoryData<string, long> Sizes => new([.. Specs.Keys], [1, 2, 15, 16, 17, 31, 33, 8191, 8192, 8193, 100_003]);

    [Theory, MemberData(nameof(Sizes))]
    public void Parameters_of_any_size_move_as_in_double_precision(string name, long size)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(size);
        Tensor[] parameters = [noise.Normal([size], CPU), noise.Normal([3], CPU)];
        Tensor[] signs = [.. parameters.Select(parameter => parameter.sign())];
        AssertLikeInDouble(Specs[name], parameters,
            [.. Enumerable.Range(0, 3).Select(_ => (Tensor?[])[.. signs.Select(sign => (noise.Uniform(sign.shape, CPU) + 0.1) * sign)])]);
    }

    /// <summary>
    /// Gradients of layers that multiply bfloat16 arrive in it: they move parameters as the same numbers in single precision do, to the
    /// bit. Copies are the parameters rounded behind each step, in whatever order they lie; that of a parameter that stays does.
    /// </summary>
    [Theory, MemberData(nameof(Sizes))]
    public void Gradients_in_bfloat16_move_parameters_and_their_copies(string name, long size)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(size);
        Tensor[] start = [noise.Normal([size], CPU), noise.Normal([3, 7], CPU), noise.Normal([3, 7], CPU).t(), noise.Normal([5], CPU)];
        Tensor?[][] gradients =
        [
            .. Enumerable.Range(0, 3).Select(_ =>
                (Tensor?[])[.. start[..3].Select(value => noise.Normal(value.shape, CPU).to_type(bfloat16)), null]),
        ];
        var (single, parameters) = (Clones(), Clones());
        Tensor[] copies = [.. parameters.Select((value, i) =>
            value.to_type(bfloat16).clone() is var copy && i == 1 ? copy.t().contiguous().t() : copy)];
        using var expected = Specs[name].Build(single);
        using var found = Specs[name].Build(parameters);
        foreach (var step in gradients)
        {
            expected.Step([.. step.Select(g => g?.to_type(float32))], 0.01);
            found.Step(step, 0.01, copies);
            Assert.All(single.Zip(parameters), pair => Check.Close(pair.First, pair.Second, 0, 0));
            Assert.All(parameters.Zip(copies), pair => Check.Close(pair.First.to_type(bfloat16), pair.Second, 0, 0));
        }
        Assert.True((start[0] - parameters[0]).abs().mean().item<float>() > 1e-4);
        Check.Close(start[3], parameters[3], 0, 0);

        Tensor[] Clones() => [.. start.Select(value => value.clone())];
    }

    public static MatrixTheoryData<string, string> Orders => new([.. Specs.Keys], [.. Layouts.Names]);

    /// <summary>Parameters without gaps, gradients in any order.</summary>
    [Theory, MemberData(nameof(Orders))]
    public void Parameters_and_gradients_may_lie_in_memory_in_any_order(string name, string layout)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        foreach (var parameters in (string[])["contiguous", "channels last", "transposed", "behind others"])
        {
            AssertLikeInDouble(Specs[name], [Layouts.Of(parameters, noise.Normal([4, 3, 2, 5], CPU))],
                [.. Enumerable.Range(0, 3).Select(_ => (Tensor?[])[Layouts.Of(layout, noise.Normal([4, 3, 2, 5], CPU))])]);
        }
    }

    [Fact]
    public void What_the_pass_cannot_do_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.NotNull(UpdatePass.Over([zeros(3), zeros(4, 5).t()], [zeros(3), zeros(4, 5).t()], []));
        Assert.Null(UpdatePass.Over([zeros(3)], [zeros(3, dtype: float64)], []));
        Assert.Null(UpdatePass.Over([zeros(3)], [zeros(3)], [zeros(3, dtype: float64)]));
        Assert.Null(UpdatePass.Over([zeros(3, 2)], [zeros(2, 3).t()], []));
        Assert.Null(UpdatePass.Over([zeros(3, 2)], [zeros(3, 2)], [zeros(2, 3).t()]));
        Assert.Null(UpdatePass.Over([zeros(3, 2).select(1, 0)], [zeros(3)], []));
        Assert.Null(UpdatePass.Over([zeros(3), zeros(0)], [zeros(3), zeros(0)], []));
        Assert.Null(UpdatePass.SumOfSquares([zeros(3, dtype: float64)]));
        Assert.Null(UpdatePass.SumOfSquares([zeros(3, 2).select(1, 0)]));
        using (Kernels.Avoid())
        {
            Assert.Null(UpdatePass.Over([zeros(3)], [zeros(3)], []));
            Assert.Null(UpdatePass.SumOfSquares([zeros(3)]));
        }
    }

    /// <summary>Parameters in the middle of a longer buffer: what lies beside them stays, and so do gradients.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Nothing_else_is_written(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        foreach (var size in (long[])[1, 15, 17, 8193])
        {
            var buffer = noise.Normal([size + 64], CPU);
            var (before, g) = (buffer.clone(), noise.Normal([size], CPU));
            var given = g.clone();
            Follow(Specs[name], [buffer.narrow(0, 32, size)], [[g], [g]]);
            Check.Close(before[..32], buffer[..32], 0, 0);
            Check.Close(before[^32..], buffer[^32..], 0, 0);
            Check.Close(given, g, 0, 0);
            Assert.True((before - buffer).narrow(0, 32, size).abs().min().item<float>() > 0);
        }
    }

    /// <summary>
    /// An infinite or undefined gradient spoils its own weight, and no other. (A weight that is spoilt already makes its state undefined,
    /// also where it does not decay.)
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void What_is_infinite_or_no_number_gives_what_the_formula_gives(string name)
    {
        using var scope = NewDisposeScope();
        float[] numbers = [0, -0f, 1, 1e10f, -1e10f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        var parameters = tensor(numbers[..5]).repeat_interleave(numbers.Length);
        AssertLikeInDouble(Specs[name], [parameters], [[tensor(numbers).repeat(5)]]);
    }

    /// <summary>
    /// Numbers below 1e-35 become 0 on their way to nothing: no state ever holds one that processors are slow with, and weights do not
    /// notice.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void State_decays_to_zero_without_passing_through_denormal_numbers(string name)
    {
        using var scope = NewDisposeScope();
        var spec = Specs[name] switch
        {
            AdamSpec adam => adam with { WeightDecay = 0, Beta2 = 0.9 },
            AdamWSpec adam => adam with { WeightDecay = 0, Beta2 = 0.9 },
            KerasAdamSpec adam => adam with { Beta2 = 0.9 },
            RmsPropSpec rms => rms with { WeightDecay = 0 },
            var other => other,
        };
        float[] numbers = [1, -1, 1e-10f, -1e-16f, 1e-17f, 1e-20f, -1e-36f, 1e-40f, float.Epsilon, 0];
        var weights = zeros(numbers.Length);
        using var optimizer = spec.Build([weights]);
        optimizer.Step([tensor(numbers)], 0.01);
        AssertFlushed();
        for (var t = 0; t < 1200; t++)
        {
            optimizer.Step([zeros(numbers.Length)], 0.01);
            if (t % 40 == 0)
                AssertFlushed();
        }
        Assert.All(optimizer.State.Where(list => list.Name is "mean" or "square"),
            list => Assert.Equal(0, list.Values[0].abs().max().item<float>()));
        Assert.All(weights.data<float>().ToArray(), weight => Assert.True(float.IsFinite(weight)));

        void AssertFlushed()
        {
            foreach (var (_, values) in optimizer.State.Where(list => list.Name is "mean" or "square"))
                Assert.All(values[0].data<float>().ToArray(), value => Assert.True(value == 0 || Math.Abs(value) >= 1e-35f, $"{value:R}"));
        }
    }

    /// <summary>A gradient of 1e-18 moves a weight as in double precision: what is flushed is nothing beside ε.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Small_gradients_move_weights_as_little_as_they_should(string name)
    {
        using var scope = NewDisposeScope();
        float[] numbers = [1e-12f, 1e-15f, -1e-16f, 0.9e-16f, 1e-18f, -1e-25f, 1e-36f, 1e-42f];
        var g = tensor(numbers);
        AssertLikeInDouble(Specs[name], [zeros(numbers.Length)], [[g], [g], [g]]);
    }

    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(17), InlineData(31), InlineData(33), InlineData(8191)]
    [InlineData(8193), InlineData(1_000_003)]
    public void The_sum_of_squares_is_that_of_double_precision(long size)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(size);
        Tensor[] tensors =
        [
            noise.Normal([size], CPU),
            Layouts.Of("transposed", noise.Normal([5, 7], CPU)),
            Layouts.Of("behind others", noise.Normal([3], CPU)),
        ];
        var expected = tensors.Sum(value => value.to_type(float64).square().sum().item<double>());
        Check.Close(expected, UpdatePass.SumOfSquares(tensors)!.Value, 5e-7, 0);               // 256 additions to a lane
        Assert.Equal(0, UpdatePass.SumOfSquares([zeros(size)]));
    }

    [Theory, InlineData(0), InlineData(15), InlineData(16), InlineData(31), InlineData(32)]
    public void A_sum_with_what_is_infinite_or_no_number_is_so(int place)
    {
        using var scope = NewDisposeScope();
        foreach (var (number, expected) in ((float, double)[])[(float.NaN, double.NaN), (float.PositiveInfinity, double.PositiveInfinity),
            (float.NegativeInfinity, double.PositiveInfinity), (1e4f, 1e8), (1e-30f, 0)])
        {
            var x = zeros(33);
            x[place] = number;
            var found = UpdatePass.SumOfSquares([x])!.Value;
            Assert.True(found.Equals(expected) || Math.Abs(found - expected) <= 1e-7 * expected, $"{found}");
        }
    }

    /// <summary>A gradient of another size is a mistake, and not a way to other memory.</summary>
    [Fact]
    public void A_gradient_of_another_size_is_refused()
    {
        using var scope = NewDisposeScope();
        using var optimizer = new AdamSpec().Build([zeros(64)]);
        Assert.ThrowsAny<Exception>(() => optimizer.Step([ones(3)], 0.1));
    }

    [Theory, MemberData(nameof(Names))]
    public void Results_are_the_same_on_any_number_of_threads(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        Tensor[] parameters = [noise.Normal([300, 100], CPU), noise.Normal([17], CPU)];
        Tensor?[][] gradients =
            [.. Enumerable.Range(0, 3).Select(_ => (Tensor?[])[noise.Normal([300, 100], CPU), noise.Normal([17], CPU)])];
        WithKernels.AssertSameOnAnyThreads(() =>
        [
            .. Follow(Specs[name], [.. parameters.Select(parameter => parameter.clone())], gradients),
            tensor(UpdatePass.SumOfSquares(parameters)!.Value),
        ]);
    }
}
