using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>Transposed convolutions to few channels, against libtorch's in double precision.</summary>
public sealed class FewChannelsKernelTests
{
    public FewChannelsKernelTests() => WithKernels.Needed();

    // Of the sum of absolute products, of which there are some hundreds: each of them and each sum is rounded.
    private const double Rounding = 1e-6;

    /// <summary>Sizes of a layer. Surplus are rows behind the full output that have the bias alone.</summary>
    public sealed record Geometry(long Images, long Channels, long Outputs, long Kernel, long Stride, long Height, long Width)
    {
        public long Surplus => Math.Max(Stride - Kernel, 0);

        public long FullHeight => (Height - 1) * Stride + Kernel + Surplus;

        public long FullWidth => (Width - 1) * Stride + Kernel + Surplus;

        internal Window All => new(0, 0, FullHeight, FullWidth);

        // As a layer crops.
        internal Window Same => new(Math.Max(Kernel - Stride, 0) / 2, Math.Max(Kernel - Stride, 0) / 2, Height * Stride, Width * Stride);

        internal Window Part => new(FullHeight / 3, FullWidth / 4, (FullHeight + 1) / 2, (FullWidth + 1) / 2);
    }

    private static (Tensor X, Tensor Weight, Tensor Bias) Draw(Geometry size)
    {
        using var noise = new SeededNoise(size.Channels * 100 + size.Kernel * 10 + size.Stride);
        return (Layouts.ChannelsLast(noise.Normal([size.Images, size.Channels, size.Height, size.Width], CPU)),
            noise.Normal([size.Channels, size.Outputs, size.Kernel, size.Kernel], CPU), noise.Normal([size.Outputs], CPU));
    }

    private static Tensor Apply(Tensor x, Tensor weight, Tensor bias, Geometry size, Window window)
    {
        var y = FewChannelsKernel.Apply(x, weight, bias, size.Stride, size.Surplus, window);
        Assert.NotNull(y);
        return y;
    }

    private static Tensor Plain(Tensor x, Tensor weight, Tensor bias, Geometry size, Window window)
    {
        var product = nn.functional.conv_transpose2d(x, weight, null, [size.Stride, size.Stride],
            output_padding: [size.Surplus, size.Surplus]);
        return window.Of(product) + bias.view(1, -1, 1, 1);
    }

    private static Tensor[] Doubles(params Tensor[] x) => [.. x.Select(value => value.detach().to_type(float64))];

    private static void AssertValue(Tensor x, Tensor weight, Tensor bias, Geometry size, Window window, Tensor found)
    {
        var (a, b, c) = (x.detach().to_type(float64), weight.detach().to_type(float64), bias.detach().to_type(float64));
        var bound = Plain(a.abs(), b.abs(), c.abs(), size, window).nan_to_num(0, 0, 0);
        Check.SameNumbers(Plain(a, b, c, size, window), found, 0, Rounding * bound);
    }

    private static Tensor[] Gradients(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor g)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.detach().clone().requires_grad_())];
        function(leaves).backward([g], false, false, leaves);
        return [.. leaves.Select(leaf => leaf.grad!)];
    }

    public static TheoryData<Geometry> Geometries =>
    [
        .. from kernel in (long[])[2, 3, 4, 5]
           from stride in (long[])[1, 2, 3]
           select new Geometry(2, 17, 1, kernel, stride, 5, 7),
        .. from channels in (long[])[1, 2, 15, 16, 31, 33, 64]
           from outputs in (long[])[1, 2, 3, 4]
           select new Geometry(3, channels, outputs, 3, 1, 4, 5),
        .. from size in (long[])[1, 2, 3, 4, 8, 9]                                               // eight places are multiplied together
           select new Geometry(1, 3, 2, 3, 2, 1, size),
        new Geometry(1, 1, 1, 2, 1, 1, 1), new Geometry(1, 1, 1, 8, 1, 1, 1), new Geometry(1, 5, 4, 4, 2, 3, 1),
        new Geometry(130, 3, 1, 3, 1, 2, 2), new Geometry(2, 64, 1, 3, 1, 28, 28),
    ];

    [Theory, MemberData(nameof(Geometries))]
    public void Values_and_gradients_are_those_of_a_transposed_convolution(Geometry size)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = Draw(size);
        foreach (var window in (Window[])[size.All, size.Same, size.Part])
        {
            var y = Apply(x, weight, bias, size, window);
            Assert.Equal(ScalarType.Float32, y.dtype);
            AssertValue(x, weight, bias, size, window, y);
            using var noise = new SeededNoise(1);
            var g = noise.Normal(y.shape, CPU);
            var expected = Gradients(v => Plain(v[0], v[1], v[2], size, window), Doubles(x, weight, bias), g.to_type(float64));
            var found = Gradients(v => Apply(v[0], v[1], v[2], size, window), [x, weight, bias], g);
            // libtorch's own, of sums of up to some thousand products: what is rounded is in proportion to the largest.
            Assert.All(expected.Zip(found), pair => Check.Close(pair.First, pair.Second, 1e-5, 2e-6 * Math.Sqrt(g.numel())));
        }
    }

    /// <summary>
    /// Values only: libtorch's gradients of kernels of one place write past their memory at stride 2 (uxlfoundation/oneDNN#6035).
    /// </summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_kernel_may_have_one_place(long stride)
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(2, 17, 3, 1, stride, 5, 7);
        var (x, weight, bias) = Draw(size);
        foreach (var window in (Window[])[size.All, size.Part])
            AssertValue(x, weight, bias, size, window, Apply(x, weight, bias, size, window));
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Values_of_bfloat16_are_multiplied_exactly(Geometry size)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = Draw(size);
        x = x.to_type(bfloat16);
        foreach (var window in (Window[])[size.Same, size.Part])
        {
            var y = Apply(x, weight, bias, size, window);
            Assert.Equal(ScalarType.Float32, y.dtype);
            // Weights may be rounded to the precision of the pass, or not.
            var (a, b, c) = (x.to_type(float64), weight.to_type(float64), bias.to_type(float64));
            var bound = Plain(a.abs(), b.abs(), zeros_like(c), size, window);
            Check.SameNumbers(Plain(a, b, c, size, window), y, Rounding, bound / 256);
            using var noise = new SeededNoise(1);
            var g = noise.Normal(y.shape, CPU);
            var expected = Gradients(v => Plain(v[0], v[1], v[2], size, window), Doubles(x, weight, bias), g.to_type(float64));
            var found = Gradients(v => Apply(v[0], v[1], v[2], size, window), [x, weight, bias], g);
            Assert.Equal([ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float32], found.Select(gradient => gradient.dtype));
            Assert.All(expected.Zip(found), pair => Check.Close(pair.First, pair.Second, 0, pair.First.abs().max().item<double>() / 40));
        }
    }

    /// <summary>
    /// More than twice: the interpreter that the gradient goes through looks at the first calls and then compiles. Sixteen channels, for
    /// which libtorch's second derivatives are right everywhere.
    /// </summary>
    [Theory, InlineData(1, 3, 1), InlineData(3, 3, 2), InlineData(1, 2, 3), InlineData(1, 4, 2)]
    public void Gradients_of_gradients_are_those_of_the_formula(long outputs, long kernel, long stride)
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(2, 16, outputs, kernel, stride, 4, 3);
        var (x, weight, bias) = Draw(size);
        for (var time = 0; time < 4; time++)
        {
            using var inner = NewDisposeScope();
            var window = time % 2 == 0 ? size.Same : size.Part;
            using var noise = new SeededNoise(time);
            var g = noise.Normal(Plain(x, weight, bias, size, window).shape, CPU);
            var expected = Derivatives.InDouble(v => Curved(Plain(v[0], v[1], v[2], size, window)), [x, weight, bias], g);
            var found = Derivatives.Of(v => Curved(Apply(v[0], v[1], v[2], size, window)), [x.clone(), weight.clone(), bias.clone()], g);
            found.AssertNear(expected, 1e-5);
            Assert.All(expected.Second, gradient => Assert.True(gradient.abs().max().item<double>() > 0));
        }

        static Tensor Curved(Tensor y) => y.sigmoid() + y;
    }

    /// <summary>A product with 0 of what is no number is none either: it reaches the places that it reaches in the formula.</summary>
    [Theory, InlineData(1, 3, 1), InlineData(3, 2, 2), InlineData(1, 2, 3)]
    public void What_is_infinite_or_no_number_reaches_its_places_and_no_others(long outputs, long kernel, long stride)
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(2, 3, outputs, kernel, stride, 5, 7);
        foreach (var number in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e4f])
        {
            foreach (var place in (string[])["x", "weight", "bias", "x and weight"])
            {
                var (x, weight, bias) = Draw(size);
                if (place.StartsWith('x'))
                    x[0, 1, 2, 3] = number;
                if (place.EndsWith("weight", StringComparison.Ordinal))
                    weight[1, 0, 0, 1] = number;
                if (place == "bias")
                    bias[0] = number;
                foreach (var window in (Window[])[size.All, size.Same])
                    AssertValue(x, weight, bias, size, window, Apply(x, weight, bias, size, window));
            }
        }
    }

    public static TheoryData<string> Orders => [.. Layouts.Names];

    [Theory, MemberData(nameof(Orders))]
    public void Weights_and_gradients_may_lie_in_memory_in_any_order(string layout)
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(3, 17, 2, 3, 2, 5, 4);
        var (x, weight, bias) = Draw(size);
        (weight, bias) = (Layouts.Of(layout, weight), Layouts.Of(layout, bias));
        var window = size.Same;
        AssertValue(x, weight, bias, size, window, Apply(x, weight, bias, size, window));
        var g = Layouts.Of(layout, randn_like(Plain(x, weight, bias, size, window)));
        var expected = Gradients(v => Plain(v[0], v[1], v[2], size, window), Doubles(x, weight, bias), g.to_type(float64));
        var found = Gradients(v => Apply(v[0], v[1], v[2], size, window), [x, weight, bias], g);
        Assert.All(expected.Zip(found), pair => Check.Close(pair.First, pair.Second, 1e-5, 1e-4));
    }

    [Fact]
    public void What_the_kernel_cannot_do_is_refused()
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(2, 17, 1, 3, 1, 4, 5);
        var (x, weight, bias) = Draw(size);
        Assert.NotNull(Try(x, weight));
        Assert.Null(Try(x.to_type(float64), weight));
        Assert.Null(Try(x, weight.to_type(float64)));
        Assert.Null(Try(x, weight.to_type(bfloat16)));
        Assert.Null(Try(x.contiguous(), weight));
        Assert.Null(Try(x.narrow(2, 0, 3), weight));
        Assert.Null(Try(x.narrow(0, 0, 0), weight));
        Assert.Null(Try(x[0], weight));
        Assert.Null(Try(x, zeros(17, 5, 3, 3)));
        Assert.Null(Try(x, zeros(17, 1, 9, 9)));
        using (Kernels.Avoid())
            Assert.Null(Try(x, weight));

        Tensor? Try(Tensor input, Tensor kernel) => FewChannelsKernel.Apply(input, kernel, bias, 1, 0, size.Same);
    }

    [Fact]
    public void It_changes_nothing_that_it_reads_and_can_be_asked_again()
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(3, 17, 2, 3, 2, 5, 4);
        var (x, weight, bias) = Draw(size);
        Tensor[] leaves = [x.requires_grad_(), weight.requires_grad_(), bias.requires_grad_()];
        Tensor[] before = [.. leaves.Select(leaf => leaf.detach().clone())];
        var y = Apply(x, weight, bias, size, size.Same);
        var (kept, g) = (y.detach().clone(), randn_like(y).detach());
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
            Check.Close(kept, Apply(x, weight, bias, size, size.Same), 0, 0);
        using (inference_mode())
            Check.Close(kept, Apply(x, weight, bias, size, size.Same), 0, 0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Results_are_the_same_on_any_number_of_threads(bool reduced)
    {
        using var scope = NewDisposeScope();
        var size = new Geometry(67, 17, 1, 3, 1, 9, 10);
        var (x, weight, bias) = Draw(size);
        x = reduced ? x.to_type(bfloat16) : x;
        WithKernels.AssertSameOnAnyThreads(() => [Apply(x, weight, bias, size, size.Same)]);
    }
}
