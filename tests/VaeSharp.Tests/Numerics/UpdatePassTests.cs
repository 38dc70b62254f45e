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

    /// <summary>Copies in other numbers than bfloat16 follow too, and nothing is written beside them.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Copies_may_have_other_numbers(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.Float16, ScalarType.Float64, ScalarType.BFloat16])
        {
            var (parameter, buffer) = (noise.Normal([33], CPU), zeros(99, dtype: type));
            using var optimizer = Specs[name].Build([parameter]);
            optimizer.Step([noise.Normal([33], CPU)], 0.01, [buffer.narrow(0, 33, 33)]);
            Check.Close(cat([zeros(33), parameter, zeros(33)]).to_type(type), buffer, 0, 0);
        }
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
        Assert.Null(UpdatePass.Over([zeros(3)], [zeros(3, dtype: bfloat16)], []));
        Assert.Null(UpdatePass.Over([zeros(3)], [zeros(3)], [zeros(3, dtype: bfloat16)]));
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
    /// An infinite or undefined gradient spoils its own weight, and no other, and the copy is spoilt like the weight. (A weight that is
    /// spoilt already makes its state undefined, also where it does not decay.)
    /// </summary>
    [Theory, MemberData(nameof(NamesAndPrecisions))]
    public void What_is_infinite_or_no_number_gives_what_the_formula_gives(string name, bool reduced)
    {
        using var scope = NewDisposeScope();
        float[] numbers = [0, -0f, 1, 1e10f, -1e10f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        var parameters = tensor(numbers[..5]).repeat_interleave(numbers.Length);
        var g = tensor(numbers).repeat(5).to_type(reduced ? ScalarType.BFloat16 : ScalarType.Float32);
        var (moved, copy) = (parameters.clone(), parameters.to_type(bfloat16));
        AssertLikeInDouble(Specs[name], [parameters], [[g]]);
        using var optimizer = Specs[name].Build([moved]);
        optimizer.Step([g], 0.01, [copy]);
        Check.SameNumbers(parameters, moved, 0);
        Check.SameNumbers(parameters.to_type(bfloat16), copy, 0);
        Assert.False(copy.isfinite().all().item<bool>());
    }

    public static MatrixTheoryData<string, bool> NamesAndPrecisions => new([.. Specs.Keys], [false, true]);

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

    public static MatrixTheoryData<long, string> SizesAndPrecisions =>
        new([1, 15, 16, 17, 31, 33, 8191, 8193, 1_000_003], ["single", "reduced", "mixed"]);

    /// <summary>The norm of a player's gradient, whose parts arrive in the precision of their layers' products.</summary>
    [Theory, MemberData(nameof(SizesAndPrecisions))]
    public void The_sum_of_squares_is_that_of_double_precision(long size, string precision)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(size);
        Tensor[] tensors =
        [
            noise.Normal([size], CPU),
            Layouts.Of("transposed", noise.Normal([5, 7], CPU)),
            Layouts.Of("behind others", noise.Normal([3], CPU)),
        ];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = precision == "reduced" || (precision == "mixed" && i != 1) ? tensors[i].to_type(bfloat16) : tensors[i];
        var expected = tensors.Sum(value => value.to_type(float64).square().sum().item<double>());
        Check.Close(expected, UpdatePass.SumOfSquares(tensors)!.Value, 5e-7, 0);               // 256 additions to a lane
        Assert.Equal(0, UpdatePass.SumOfSquares([zeros_like(tensors[0])]));
    }

    public static MatrixTheoryData<int, bool> PlacesAndPrecisions => new([0, 15, 16, 31, 32], [false, true]);

    [Theory, MemberData(nameof(PlacesAndPrecisions))]
    public void A_sum_with_what_is_infinite_or_no_number_is_so(int place, bool reduced)
    {
        using var scope = NewDisposeScope();
        foreach (var (number, expected) in ((float, double)[])[(float.NaN, double.NaN), (float.PositiveInfinity, double.PositiveInfinity),
            (float.NegativeInfinity, double.PositiveInfinity), (1e4f, 1e8), (8192, 67_108_864), (1e-30f, 0)])
        {
            if (reduced && number == 1e4f)                                                       // which has more than eight bits
                continue;
            var x = zeros(33, dtype: reduced ? ScalarType.BFloat16 : ScalarType.Float32);
            x[place] = number;
            var found = UpdatePass.SumOfSquares([x])!.Value;
            Assert.True(found.Equals(expected) || Math.Abs(found - expected) <= 1e-7 * expected, $"{found}");
        }
    }

    public static MatrixTheoryData<float, bool> LargeAndPrecisions => new([1e19f, 2e19f, 1e30f, float.MaxValue], [false, true]);

    /// <summary>
    /// Squares of numbers above 1.8e19 are infinite in single precision. The sum is not, and a gradient that is clipped may be as large;
    /// the rest of it counts as before.
    /// </summary>
    [Theory, MemberData(nameof(LargeAndPrecisions))]
    public void A_sum_of_squares_is_finite_where_the_numbers_are(float number, bool reduced)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var type = reduced ? ScalarType.BFloat16 : ScalarType.Float32;
        number = reduced && number > 1e38f ? 3e38f : number;
        Tensor[] tensors = [(number * (2 * noise.Uniform([8200], CPU) - 1)).to_type(type), ones(17).to_type(type), full(3, -number)];
        var expected = tensors.Sum(value => value.to_type(float64).square().sum().item<double>());
        Assert.True(double.IsFinite(expected));
        Check.Close(expected, UpdatePass.SumOfSquares(tensors)!.Value, 5e-7, 0);
        tensors[0][8199] = float.NaN;
        Assert.Equal(double.NaN, UpdatePass.SumOfSquares(tensors));
        tensors[0][8199] = float.NegativeInfinity;
        Assert.Equal(double.PositiveInfinity, UpdatePass.SumOfSquares(tensors));
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
            tensor(UpdatePass.SumOfSquares([.. parameters, parameters[0].to_type(bfloat16)])!.Value),
        ]);
    }
}
