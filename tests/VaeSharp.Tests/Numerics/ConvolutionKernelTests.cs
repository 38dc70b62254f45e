using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>Convolutions and transposed ones with bias and activation, against libtorch's in double precision.</summary>
public sealed class ConvolutionKernelTests
{
    public ConvolutionKernelTests() => WithKernels.Needed();

    // Of the sum of absolute products, of which there are some hundreds: each of them and each sum is rounded.
    private const double Rounding = 1e-6;

    /// <summary>
    /// Sizes of a layer: channels and places of the small grid, channels of the large one, and how they meet. Rows is what the large grid
    /// has beyond those that the small one's strides fill.
    /// </summary>
    public sealed record Geometry(
        int Images, int Small, int Large, int Kernel, int Stride, int Height, int Width, int Offset, int Rows, bool Up)
    {
        internal Grids Grids { get; } = new(new Grid(Height, Width, Small),
            new Grid(Math.Max(1, (Height * Stride) + Rows), Math.Max(1, (Width * Stride) + Rows), Large), Kernel, Stride, Offset, Offset);

        internal Grid Source => Up ? Grids.Small : Grids.Large;

        internal Grid Target => Up ? Grids.Large : Grids.Small;
    }

    private static Tensor[] Draw(Geometry size)
    {
        using var noise = new SeededNoise(size.Small * 100 + size.Kernel * 10 + size.Stride);
        return
        [
            Layouts.ChannelsLast(noise.Normal([size.Images, size.Source.Channels, size.Source.Height, size.Source.Width], CPU)),
            Layouts.ChannelsLast(noise.Normal([size.Small, size.Large, size.Kernel, size.Kernel], CPU)),
            noise.Normal([size.Target.Channels], CPU),
        ];
    }

    private static Tensor Apply(Tensor[] v, Geometry size, bool relu)
    {
        var y = ConvolutionKernel.Apply(v[0], v[1], v[2], size.Grids, size.Up, relu);
        Assert.NotNull(y);
        return y;
    }

    // On a canvas of all places that a tap reaches, whatever lies outside of the large grid is 0 (down) or dropped (up).
    private static Tensor Plain(Tensor[] v, Geometry size, bool relu)
    {
        var (grids, s) = (size.Grids, (long)size.Stride);
        var (full, high) = ((grids.Small.Width - 1) * s + size.Kernel, (grids.Small.Height - 1) * s + size.Kernel);
        long[] margins = [size.Offset, full - grids.Large.Width - size.Offset, size.Offset, high - grids.Large.Height - size.Offset];
        var y = size.Up
            ? nn.functional.pad(nn.functional.conv_transpose2d(v[0], v[1], null, [s, s]), [.. margins.Select(margin => -margin)])
            : nn.functional.conv2d(nn.functional.pad(v[0], margins), v[1], null, [s, s]);
        y += v[2].view(1, -1, 1, 1);
        return relu ? y.relu() : y;
    }

    private static Tensor Like(Tensor y)
    {
        using var noise = new SeededNoise(1);
        return noise.Normal(y.shape, CPU);
    }

    private static Tensor[] Doubles(Tensor[] x) => [.. x.Select(value => value.detach().to_type(float64))];

    private static Tensor[] Absolute(Tensor[] x) => [.. Doubles(x).Select(value => value.abs().nan_to_num(0, 0, 0))];

    private static void AssertValue(Tensor[] v, Geometry size, bool relu, Tensor found) =>
        Check.SameNumbers(Plain(Doubles(v), size, relu), found, 0, Rounding * Plain(Absolute(v), size, false).nan_to_num(0, 0, 0));

    private static Tensor[] Gradients(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor g)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.detach().clone().requires_grad_())];
        function(leaves).backward([g], false, false, leaves);
        return [.. leaves.Select(leaf => leaf.grad!)];
    }

    // A gradient is as exact as the sum of the absolute values of what it adds up: the gradient of the formula for absolute values.
    private static void AssertGradients(Tensor[] v, Geometry size, bool relu, Tensor y, Tensor g)
    {
        var passed = relu ? g * (y.detach() > 0) : g;
        var expected = Gradients(x => Plain(x, size, false), Doubles(v), passed.to_type(float64));
        var bounds = Gradients(x => Plain(x, size, false), Absolute(v), passed.to_type(float64).abs());
        var found = Gradients(x => Apply(x, size, relu), v, g);
        for (var i = 0; i < 3; i++)
            Check.SameNumbers(expected[i], found[i], 0, Rounding * bounds[i]);
    }

    public static TheoryData<Geometry> Geometries =>
    [
        .. from up in (bool[])[false, true]
           from kernel in (int[])[1, 2, 3, 4, 5]
           from stride in (int[])[1, 2, 3]
           select new Geometry(2, 17, 19, kernel, stride, 5, 7, Math.Max(kernel - stride, 0) / 2, 0, up),
        .. from up in (bool[])[false, true]
           from rows in (int[])[-2, -1, 0, 1, 3]
           from offset in (int[])[-1, 0, 1, 2]
           select new Geometry(3, 9, 8, 3, 2, 4, 3, offset, rows, up),
        .. from up in (bool[])[false, true]
           from small in (int[])[8, 15, 16, 31, 32, 33, 72]
           from large in (int[])[8, 16, 31, 33, 64]
           select new Geometry(2, small, large, 3, 2, 3, 2, 0, 0, up),
        .. from small in (int[])[8, 33]
           from large in (int[])[1, 2, 3, 5, 7]
           from stride in (int[])[1, 2, 3]
           select new Geometry(3, small, large, 3, stride, 4, 5, 1, 0, false),
        .. from small in (int[])[8, 16, 31, 64]
           from large in (int[])[1, 2, 3, 4]
           from stride in (int[])[1, 2, 3]
           select new Geometry(3, small, large, 3, stride, 4, 5, 1, 0, true),
        .. from width in (int[])[1, 2, 3, 4, 8, 9]                                               // eight places are multiplied together
           from up in (bool[])[false, true]
           select new Geometry(1, 11, 13, 3, 2, 1, width, 0, 0, up),
        new Geometry(1, 8, 1, 8, 1, 1, 1, 0, 0, true), new Geometry(1, 8, 4, 4, 2, 3, 1, 1, 0, true),
        new Geometry(130, 8, 1, 3, 1, 2, 2, 1, 0, true),
        new Geometry(1, 300, 40, 2, 2, 2, 2, 0, 0, false), new Geometry(1, 40, 300, 2, 2, 2, 2, 0, 0, true),
        new Geometry(17, 64, 32, 3, 2, 14, 14, 0, 0, true),
        new Geometry(1, 8, 8, 3, 4, 5, 5, 0, 0, true), new Geometry(2, 16, 16, 7, 1, 2, 2, 3, 0, false),
    ];

    [Theory, MemberData(nameof(Geometries))]
    public void Values_and_gradients_are_those_of_the_formula(Geometry size)
    {
        using var scope = NewDisposeScope();
        var v = Draw(size);
        foreach (var relu in (bool[])[false, true])
        {
            if (relu && size is { Up: true, Large: < 8 })
                continue;
            var y = Apply(v, size, relu);
            Assert.Equal(ScalarType.Float32, y.dtype);
            AssertValue(v, size, relu, y);
            AssertGradients(v, size, relu, y, Like(y));
        }
    }

    public static TheoryData<Geometry> Twice =>
    [
        .. from up in (bool[])[false, true]
           from rows in (int[])[-1, 0, 2]
           select new Geometry(2, 16, 16, 3, 2, 3, 2, 1, rows, up),
        .. from up in (bool[])[false, true]
           from small in (int[])[8, 9, 31]
           from large in (int[])[1, 3, 4, 6, 17]
           where !up || large is not 6
           select new Geometry(2, small, large, 3, 2, 4, 3, 1, 0, up),
        new Geometry(2, 16, 1, 3, 1, 4, 3, 1, 0, true), new Geometry(2, 16, 3, 3, 2, 4, 3, 0, 0, true),
        new Geometry(2, 16, 2, 2, 3, 4, 3, 0, 0, true),
        new Geometry(2, 16, 2, 4, 2, 4, 3, 1, 0, false), new Geometry(2, 16, 4, 5, 1, 4, 3, 2, 0, false),
    ];

    /// <summary>Also of numbers of channels that are no multiple of sixteen, where libtorch's are off by up to 3 %.</summary>
    [Theory, MemberData(nameof(Twice))]
    public void Gradients_of_gradients_are_those_of_the_formula(Geometry size)
    {
        using var scope = NewDisposeScope();
        var v = Draw(size);
        if (size.Stride == 1 || size.Rows == 0)
            v[0] = v[0].contiguous();                                                            // as behind a fully connected layer
        for (var time = 0; time < 2; time++)
        {
            using var inner = NewDisposeScope();
            var relu = time % 2 == 1 && size is not { Up: true, Large: < 8 };
            using var noise = new SeededNoise(time);
            var g = noise.Normal(Plain(v, size, relu).shape, CPU);
            var expected = Derivatives.InDouble(x => Curved(Plain(x, size, relu)), v, g);
            var found = Derivatives.Of(x => Curved(Apply(x, size, relu)), [.. v.Select(value => value.clone())], g);
            found.AssertNear(expected, 5e-4);                                                // what a bias gets adds up numbers that cancel
            Assert.All(expected.Second, gradient => Assert.True(gradient.abs().max().item<double>() > 0));
        }

        static Tensor Curved(Tensor y) => y.sigmoid() + y;
    }

    public static TheoryData<Geometry> Kinds =>
    [
        new Geometry(2, 9, 8, 3, 2, 5, 4, 0, 0, false), new Geometry(2, 9, 8, 3, 2, 5, 4, 0, 0, true),
        new Geometry(2, 8, 2, 3, 1, 5, 7, 1, 0, true),
        new Geometry(2, 8, 1, 3, 2, 5, 7, 0, 0, false), new Geometry(2, 33, 40, 2, 3, 3, 4, 0, 0, true),
    ];

    private static bool[] Functions(Geometry size) => size is { Up: true, Large: < 8 } ? [false] : [false, true];

    /// <summary>
    /// A product with 0 of what is no number is none either: it reaches the places that it reaches in the formula. But for infinite weights
    /// of taps outside of the small grid: 0 stands there, which the formula does not multiply.
    /// </summary>
    [Theory, MemberData(nameof(Kinds))]
    public void What_is_infinite_or_no_number_reaches_its_places(Geometry size)
    {
        using var scope = NewDisposeScope();
        foreach (var number in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e4f])
        {
            foreach (var place in (string[])["x", "weight", "bias", "x and weight"])
            {
                foreach (var tap in (int[])[0, size.Kernel - 1])
                {
                    var v = Draw(size);
                    if (place.StartsWith('x'))
                        v[0][0, 0, 2, 3] = number;
                    if (place.EndsWith("weight", StringComparison.Ordinal))
                        v[1][1, 0, tap, tap] = number;
                    if (place == "bias")
                        v[2][0] = number;
                    foreach (var relu in Functions(size))
                    {
                        var y = Apply(v, size, relu);
                        if (float.IsFinite(number) || place is "x" or "bias" || tap == 0 || !size.Up || size.Grids.HasFewChannels)
                            AssertValue(v, size, relu, y);
                        else
                            Assert.False((Plain(v, size, relu).isfinite().logical_not() & y.isfinite()).any().item<bool>());
                    }
                }
            }
        }
    }

    /// <summary>
    /// A gradient that is no number spoils what it reaches in the formula, and leaves the rest. (From the small grid to the large one 0
    /// stands outside, which is not multiplied: an infinite gradient may then stay infinite where the formula has no number; neither is
    /// finite.) Behind a ReLU it passes where the value is positive, and is nothing elsewhere.
    /// </summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_that_are_infinite_or_no_number_reach_their_places(Geometry size)
    {
        using var scope = NewDisposeScope();
        var v = Draw(size);
        foreach (var (number, relu, bias) in
            from number in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f]
            from relu in Functions(size)
            from bias in relu ? (float[])[1000, -1000] : [0]
            select (number, relu, bias))
        {
            v[2][0] = bias;                                                                      // so that the place is on or off
            var y = Apply(v, size, relu);
            var g = Like(y);
            g[1, 0, 1, 2] = number;
            var passed = (relu ? g.masked_fill(y <= 0, 0) : g).to_type(float64);
            Assert.Equal(bias < 0 || float.IsFinite(number), passed.isfinite().all().item<bool>());
            var expected = Gradients(x => Plain(x, size, false), Doubles(v), passed);
            var found = Gradients(x => Apply(x, size, relu), v, g);
            var graph = Differentiable(v, g, relu);
            var bounds = Gradients(x => Plain(x, size, false), Absolute(v), passed.abs().nan_to_num(0, 0, 0));
            for (var i = 0; i < 3; i++)
            {
                AssertSame(expected[i], found[i], bounds[i]);
                AssertSame(expected[i], graph[i], bounds[i]);
            }
        }

        Tensor[] Differentiable(Tensor[] inputs, Tensor g, bool relu)
        {
            Tensor[] leaves = [.. inputs.Select(input => input.clone().requires_grad_())];
            Apply(leaves, size, relu).backward([g], true, true, leaves);
            return [.. leaves.Select(leaf => leaf.grad!.detach())];
        }

        static void AssertSame(Tensor expected, Tensor found, Tensor bound)
        {
            var isFinite = expected.isfinite();
            Check.SameNumbers(expected[isFinite], found[isFinite], 0, Rounding * bound[isFinite]);
            Assert.False((isFinite.logical_not() & found.isfinite()).any().item<bool>());
        }
    }

    public static MatrixTheoryData<string, int> Orders => new([.. Layouts.Names], [0, 1, 2, 3, 4]);

    [Theory, MemberData(nameof(Orders))]
    public void Images_and_gradients_may_lie_in_memory_in_any_order(string layout, int kind)
    {
        using var scope = NewDisposeScope();
        var size = Kinds.ElementAt(kind).Data;
        var v = Draw(size);
        v[0] = Layouts.Of(layout, v[0]);
        var y = Apply(v, size, false);
        AssertValue(v, size, false, y);
        AssertGradients(v, size, false, y, Layouts.Of(layout, Like(y)));
    }

    [Fact]
    public void What_the_kernel_cannot_do_is_refused()
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(2, 17, 9, 3, 2, 4, 5, 0, 0, false);
        var (v, others) = (Draw(size), new Geometry(2, 17, 5, 3, 1, 4, 5, 1, 0, true));
        Assert.NotNull(Try(v[0], v[1], v[2]));
        Assert.Null(Try(v[0].to_type(float64), v[1], v[2]));
        Assert.Null(Try(v[0], v[1].to_type(float64), v[2]));
        Assert.Null(Try(v[0], v[1].to_type(bfloat16), v[2]));
        Assert.Null(Try(v[0], v[1], v[2].to_type(float64)));
        Assert.Null(Try(v[0], v[1].contiguous(), v[2]));
        Assert.Null(Try(v[0].narrow(2, 0, 3), v[1], v[2]));
        Assert.Null(Try(v[0].narrow(1, 0, 3), v[1], v[2]));
        Assert.Null(Try(v[0].narrow(0, 0, 0), v[1], v[2]));
        Assert.Null(Try(v[0][0], v[1], v[2]));
        Assert.Null(Try(v[0], v[1], v[2].narrow(0, 0, 3)));
        Assert.Null(Try(v[0], v[1].narrow(0, 0, 9), v[2]));
        Assert.Null(Try(v[0], v[1].narrow(1, 0, 8), v[2]));
        Assert.Null(Try(v[0], Images.Empty(17, 9, 2, 2), v[2]));
        using (Kernels.Avoid())
            Assert.Null(Try(v[0], v[1], v[2]));
        var (few, small) = (Draw(others), others with { Small = 4, Large = 16 });
        Assert.Null(ConvolutionKernel.Apply(few[0], few[1], few[2], others.Grids, true, false));
        few = Draw(others with { Large = 2 });
        Assert.Null(ConvolutionKernel.Apply(few[0], few[1], few[2], (others with { Large = 2 }).Grids, true, relu: true));
        var high = new Geometry(1, 8, 8, 1, 1, 5000, 1, 0, 0, false);
        few = Draw(high);
        Assert.Null(ConvolutionKernel.Apply(few[0], few[1], few[2], high.Grids, false, false));
        few = Draw(small);
        Assert.Null(ConvolutionKernel.Apply(few[0], few[1], few[2], small.Grids, true, false));

        Tensor? Try(Tensor x, Tensor weight, Tensor bias) => ConvolutionKernel.Apply(x, weight, bias, size.Grids, false, false);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void It_changes_nothing_that_it_reads_and_can_be_asked_again(Geometry size)
    {
        using var scope = NewDisposeScope();
        Tensor[] leaves = [.. Draw(size).Select(leaf => leaf.requires_grad_())];
        Tensor[] before = [.. leaves.Select(leaf => leaf.detach().clone())];
        var y = Apply(leaves, size, false);
        var (kept, g) = (y.detach().clone(), Like(y));
        var given = g.clone();
        y.backward([g], true, false, leaves);
        Tensor[] first = [.. leaves.Select(leaf => leaf.grad!.clone())];
        foreach (var leaf in leaves)
            leaf.grad = null;
        y.backward([g], false, false, leaves);
        Assert.All(first.Zip(leaves), pair => Check.Close(pair.First, pair.Second.grad!, 0, 0));
        Assert.All(before.Zip(leaves), pair => Check.Close(pair.First, pair.Second, 0, 0));
        Check.Close(given, g, 0, 0);
        Check.Close(kept, y, 0, 0);
        using (no_grad())
            Check.Close(kept, Apply(leaves, size, false), 0, 0);
        using (inference_mode())
            Check.Close(kept, Apply(leaves, size, false), 0, 0);
    }

    /// <summary>Numbers of bfloat16 are multiplied exactly, and their gradients rounded once.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Images_may_be_in_bfloat16(Geometry size)
    {
        using var scope = NewDisposeScope();
        var v = Draw(size);
        v[0] = v[0].to_type(bfloat16);
        Tensor[] wide = [v[0].to_type(float32), v[1], v[2]];
        var y = Apply(v, size, false);
        Check.Close(Apply(wide, size, false), y, 0, 0);
        var g = Like(y);
        var (expected, found) = (Gradients(x => Apply(x, size, false), wide, g), Gradients(x => Apply(x, size, false), v, g));
        Assert.Equal([ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float32], found.Select(gradient => gradient.dtype));
        Check.Close(expected[0].to_type(bfloat16), found[0], 0, 0);
        Check.Close(expected[1], found[1], 0, 0);
    }

    /// <summary>What needs no gradient gets none, and the other gradients are the same.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Images_weights_and_biases_may_need_no_gradient(Geometry size)
    {
        using var scope = NewDisposeScope();
        var v = Draw(size);
        var g = Like(Apply(v, size, false));
        var expected = Gradients(x => Apply(x, size, false), v, g);
        for (var frozen = 0; frozen < 3; frozen++)
        {
            Tensor[] leaves = [.. v.Select((value, i) => i == frozen ? value : value.clone().requires_grad_())];
            Apply(leaves, size, false).backward([g], false, false, [.. leaves.Where((_, i) => i != frozen)]);
            Assert.Null(leaves[frozen].grad);
            for (var i = 0; i < 3; i++)
            {
                if (i != frozen)
                    Check.Close(expected[i], leaves[i].grad!, 0, 0);
            }
        }
    }

    [Theory, InlineData(17, 19, false), InlineData(17, 19, true), InlineData(17, 1, true), InlineData(17, 1, false)]
    public void Results_are_the_same_on_any_number_of_threads(int small, int large, bool up)
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(67, small, large, 3, 2, 9, 10, 0, 0, up);
        var v = Draw(size);
        var g = Like(Apply(v, size, false));
        WithKernels.AssertSameOnAnyThreads(() => [Apply(v, size, false), .. Gradients(x => Apply(x, size, false), v, g)]);
    }
}
