using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>y = max(u + b, 0) for a window of u, against libtorch's operations in double precision.</summary>
/// <remarks>The kernel takes the memory of u, so that each use here has a copy of its own.</remarks>
public sealed class BiasKernelTests
{
    private const string Whole = "whole";

    public BiasKernelTests() => WithKernels.Needed();

    private static readonly Dictionary<string, Func<Tensor, Window>> Windows = new()
    {
        [Whole] = u => new Window(0, 0, u.size(2), u.size(3)),
        ["without the last row and column"] = u => new Window(0, 0, Math.Max(u.size(2) - 1, 1), Math.Max(u.size(3) - 1, 1)),
        ["inside"] = u => new Window(u.size(2) / 3, u.size(3) / 4, Math.Max(u.size(2) / 2, 1), Math.Max(u.size(3) / 2, 1)),
        ["the last place"] = u => new Window(u.size(2) - 1, u.size(3) - 1, 1, 1),
    };

    // A sum over images and places, by image in single precision: a unit in the last place for each of a few dozen additions.
    private const double OfSums = 2e-6;

    private static (Tensor U, Tensor Bias, Tensor G) Draw(Window? window, params long[] shape)
    {
        using var noise = new SeededNoise(shape[1]);
        var size = window is { } part ? [shape[0], shape[1], part.Height, part.Width] : shape;
        return (Layouts.ChannelsLast(noise.Normal(shape, CPU)), noise.Normal([shape[1]], CPU),
            Layouts.ChannelsLast(noise.Normal(size, CPU)));
    }

    private static Tensor Apply(Tensor u, Tensor bias, bool relu, Window window)
    {
        var y = BiasKernel.Apply(u.clone(), bias, relu, window);
        Assert.NotNull(y);
        return y;
    }

    private static (Tensor OfU, Tensor OfBias) Gradients(Tensor u, Tensor bias, bool relu, Window window, Tensor g)
    {
        var (leaf, b) = (u.detach().clone().requires_grad_(), bias.detach().clone().requires_grad_());
        Apply(leaf, b, relu, window).backward([g], false, false, [leaf, b]);
        return (leaf.grad!, b.grad!);
    }

    // The formula, written down: 0 outside of the window, and where y is not positive.
    private static void AssertGradients(Tensor u, Tensor bias, bool relu, Window window, Tensor g, double ofSums = OfSums)
    {
        var (ofU, ofBias) = Gradients(u, bias, relu, window, g);
        var y = window.Of(u).to_type(float64) + bias.to_type(float64).view(1, -1, 1, 1);
        var passed = relu ? where(y <= 0, zeros_like(y), g.to_type(float64)) : g.to_type(float64);
        var expected = zeros(u.shape, float64);
        window.Of(expected).copy_(passed);
        Check.SameNumbers(expected, ofU, 0);
        Check.SameNumbers(passed.sum([0L, 2L, 3L]), ofBias, 0, ofSums * passed.abs().sum([0L, 2L, 3L]).nan_to_num(0, 0, 0));
        Assert.Equal((u.dtype, ScalarType.Float32), (ofU.dtype, ofBias.dtype));
    }

    public static MatrixTheoryData<int, int, string, bool> Cases =>
        new([1, 3], [1, 2, 3, 15, 16, 17, 31, 33, 64], [.. Windows.Keys], [true, false]);

    /// <summary>One addition is rounded once: the value is the formula's to the last bit, and so is the gradient of u.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_the_formula(int images, int channels, string part, bool relu)
    {
        using var scope = NewDisposeScope();
        foreach (var (height, width) in ((long, long)[])[(5, 7), (1, 1), (1, 9), (6, 1)])
        {
            var window = Windows[part](zeros(images, channels, height, width));
            var (u, bias, g) = Draw(window, images, channels, height, width);
            var expected = BiasKernel.Plain(u.to_type(float64), bias.to_type(float64), relu, window);
            Check.SameNumbers(expected, Apply(u, bias, relu, window), 0);
            AssertGradients(u, bias, relu, window, g);
        }
    }

    /// <summary>The sum is made in single precision and rounded once.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void So_they_are_in_bfloat16(int images, int channels, string part, bool relu)
    {
        using var scope = NewDisposeScope();
        var window = Windows[part](zeros(images, channels, 5, 7));
        var (u, bias, g) = Draw(window, images, channels, 5, 7);
        (u, g) = (u.to_type(bfloat16), g.to_type(bfloat16));
        var y = Apply(u, bias, relu, window);
        Assert.Equal(ScalarType.BFloat16, y.dtype);
        Check.SameNumbers(BiasKernel.Plain(u.to_type(float32), bias, relu, window).to_type(bfloat16), y, 0);
        AssertGradients(u, bias, relu, window, g);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Many_places_are_added_up_without_losing_digits(bool relu)
    {
        using var scope = NewDisposeScope();
        var window = new Window(0, 0, 128, 129);
        var (u, bias, g) = Draw(window, 2, 3, 129, 130);
        AssertGradients(u, bias, relu, window, g.abs(), ofSums: 2e-5);                           // 16,512 additions in a row
    }

    public static MatrixTheoryData<bool, bool, int> Extremes => new([true, false], [true, false], [1, 16, 19]);

    [Theory, MemberData(nameof(Extremes))]
    public void What_is_infinite_or_no_number_stays_so(bool relu, bool reduced, int channels)
    {
        using var scope = NewDisposeScope();
        float[] numbers = [0, -0f, 1e-40f, 1, -1, 1e4f, -1e4f, 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        var (u, _, _) = Draw(null, 2, channels, 5, numbers.Length);
        var all = Windows[Whole](u);
        u.select(1, channels - 1).copy_(tensor(numbers).expand(2, 5, numbers.Length));
        float[] gradients = [1, -1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        var g = Layouts.ChannelsLast(tensor(gradients).view(1, 1, 5, 1).expand(u.shape));
        if (reduced)
            (u, g) = (u.to_type(bfloat16), g.to_type(bfloat16));
        foreach (var value in (float[])[0, 2, float.PositiveInfinity, float.NegativeInfinity, float.NaN])
        {
            var bias = full(channels, value);
            var expected = BiasKernel.Plain(u.to_type(float64), bias.to_type(float64), relu, all).to_type(u.dtype);
            Check.SameNumbers(expected, Apply(u, bias, relu, all), 0);
            AssertGradients(u, bias, relu, all, g);
        }
    }

    // A product of two numbers of bfloat16 is rounded to its eight bits.
    private static (Tensor U, Tensor Bias, Tensor G) DrawReduced(bool reduced, Window? window, params long[] shape)
    {
        var (u, bias, g) = Draw(window, shape);
        return reduced ? (u.to_type(bfloat16), bias, g.to_type(bfloat16)) : (u, bias, g);
    }

    public static MatrixTheoryData<string, bool> WindowsAndFunctions => new([.. Windows.Keys], [true, false]);

    /// <summary>Behind the kernel stands something curved, so that its gradient depends on the gradient of what is behind it.</summary>
    [Theory, MemberData(nameof(WindowsAndFunctions))]
    public void Gradients_of_gradients_are_those_of_the_formula(string part, bool relu)
    {
        using var scope = NewDisposeScope();
        var window = Windows[part](zeros(2, 17, 5, 7));
        var (u, bias, g) = Draw(window, 2, 17, 5, 7);
        var expected = Derivatives.InDouble(x => Curved(BiasKernel.Plain(x[0].square(), x[1], relu, window)), [u, bias], g);
        var found = Derivatives.Of(x => Curved(Apply(x[0].square(), x[1], relu, window)), [u, bias], g);
        found.AssertNear(expected, 2e-6);
        Assert.All(expected.Second, gradient => Assert.True(gradient.abs().max().item<double>() > 0));

        static Tensor Curved(Tensor y) => y.square() + y.sin();
    }

    /// <summary>
    /// Gradients arrive in bfloat16, so that a penalty on them is right to some of its eight bits; which of them pass is exact, as the sum
    /// of u and b has its sign before it is rounded.
    /// </summary>
    [Theory, MemberData(nameof(WindowsAndFunctions))]
    public void In_bfloat16_gradients_of_gradients_are_nearly_those_of_the_formula(string part, bool relu)
    {
        using var scope = NewDisposeScope();
        var window = Windows[part](zeros(2, 17, 5, 7));
        var (u, bias, g) = DrawReduced(reduced: true, window, 2, 17, 5, 7);
        var expected = Derivatives.InDouble(x => Curved(BiasKernel.Plain(x[0], x[1], relu, window)), [u, bias], g);
        var found = Derivatives.Of(x => Curved(Apply(x[0], x[1], relu, window).to_type(float32)), [u, bias], g.to_type(float32));
        found.AssertNear(expected, 2e-2);
        Assert.All(expected.Second, gradient => Assert.True(gradient.abs().max().item<double>() > 0));
        Assert.Equal((ScalarType.BFloat16, ScalarType.Float32), (found.Second[0].dtype, found.Second[1].dtype));

        static Tensor Curved(Tensor y) => y.sigmoid() + y;
    }

    public static MatrixTheoryData<bool, bool> FunctionsAndPrecisions => new([true, false], [true, false]);

    /// <summary>
    /// The gradient that can be differentiated is the same as the one that cannot, also where it is infinite or no number.
    /// </summary>
    [Theory, MemberData(nameof(FunctionsAndPrecisions))]
    public void Gradients_are_the_same_where_they_are_to_be_differentiated(bool relu, bool reduced)
    {
        using var scope = NewDisposeScope();
        var (u, bias, g) = DrawReduced(reduced, null, 2, 3, 4, 5);
        u[0, 0, 0, 0] = float.NaN;
        u[0, 1, 0, 0] = -100;
        foreach (var value in (float[])[1, float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            g.select(0, 0).fill_(value);
            var window = Windows[Whole](u);
            var (ofU, ofBias) = Gradients(u, bias, relu, window, g);
            var (leaf, b) = (u.clone().requires_grad_(), bias.clone().requires_grad_());
            Apply(leaf, b, relu, window).backward([g], true, true, [leaf, b]);
            Assert.Equal(ofU.dtype, leaf.grad!.dtype);
            Check.SameNumbers(ofU, leaf.grad!, 0);
            Check.SameNumbers(ofBias, b.grad!, OfSums, full(1, 1e-6));
        }
    }

    public static MatrixTheoryData<string, bool> Orders => new([.. Layouts.Names], [true, false]);

    [Theory, MemberData(nameof(Orders))]
    public void Gradients_may_come_in_any_order(string layout, bool reduced)
    {
        using var scope = NewDisposeScope();
        var window = new Window(1, 0, 4, 5);
        var (u, bias, g) = DrawReduced(reduced, window, 3, 17, 6, 5);
        AssertGradients(u, bias, relu: true, window, Layouts.Of(layout, g));
        AssertGradients(u, bias, relu: true, window, ones(1, dtype: g.dtype).expand(g.shape));
    }

    [Fact]
    public void What_the_kernel_cannot_do_is_refused()
    {
        using var scope = NewDisposeScope();
        var (u, bias, _) = Draw(null, 2, 17, 4, 5);
        var all = Windows[Whole](u);
        Assert.NotNull(BiasKernel.Apply(u.clone(), bias, relu: true, all));
        Assert.Null(BiasKernel.Apply(u.to_type(float64), bias, relu: true, all));
        Assert.Null(BiasKernel.Apply(u.contiguous(), bias, relu: true, all));
        Assert.Null(BiasKernel.Apply(u.narrow(3, 0, 4), bias, relu: true, all with { Width = 4 }));
        Assert.Null(BiasKernel.Apply(u[0], bias, relu: true, all));
        Assert.Null(BiasKernel.Apply(u.narrow(0, 0, 0), bias, relu: true, all));
        Assert.Null(BiasKernel.Apply(u.clone(), bias.to_type(bfloat16), relu: true, all));
        Assert.Null(BiasKernel.Apply(u.clone(), bias.to_type(float64), relu: true, all));
        Assert.Null(BiasKernel.Apply(u.clone(), Layouts.Of("every second", bias), relu: true, all));
        Assert.Null(BiasKernel.Apply(u.clone(), bias.narrow(0, 0, 1).expand(17), relu: true, all));
        Assert.Null(BiasKernel.Apply(u.clone(), bias.narrow(0, 0, 16), relu: true, all));
        using (Kernels.Avoid())
            Assert.Null(BiasKernel.Apply(u.clone(), bias, relu: true, all));
    }

    /// <summary>The one thing that it changes is a product of which it gives all; it reads beside, and gives back, nothing else.</summary>
    [Fact]
    public void It_writes_over_the_product_if_it_is_all_of_it_and_over_nothing_else()
    {
        using var scope = NewDisposeScope();
        var (u, bias, g) = Draw(null, 3, 17, 4, 5);
        var part = new Window(0, 0, 4, 4);
        var before = (Tensor[])[u.clone(), bias.clone(), g.clone()];
        var y = BiasKernel.Apply(u, bias, relu: true, part)!;
        Assert.NotEqual(Kernels.Address(u), Kernels.Address(y));
        Gradients(u, bias, true, part, g.narrow(3, 0, 4));
        Gradients(u, bias, true, Windows[Whole](u), g);
        Assert.All(before.Zip([u, bias, g]), pair => Check.Close(pair.First, pair.Second, 0, 0));

        var some = Layouts.ChannelsLast(zeros(5, 17, 4, 5));                                      // images of a larger batch
        some.narrow(0, 1, 3).copy_(u);
        y = BiasKernel.Apply(some.narrow(0, 1, 3), bias, relu: true, Windows[Whole](u))!;
        Assert.Equal(Kernels.Address(some.narrow(0, 1, 3)), Kernels.Address(y));
        Check.Close(zeros(2, 17, 4, 5), cat([some[..1], some[4..]]), 0, 0);
    }

    [Theory, MemberData(nameof(FunctionsAndPrecisions))]
    public void It_can_be_asked_again(bool relu, bool reduced)
    {
        using var scope = NewDisposeScope();
        var (u, bias, g) = DrawReduced(reduced, null, 3, 17, 4, 5);
        var window = Windows[Whole](u);
        var (leaf, b) = (u.clone().requires_grad_(), bias.clone().requires_grad_());
        var y = Apply(leaf, b, relu, window);
        var kept = y.detach().clone();
        y.backward([g], true, false, [leaf, b]);
        var (first, ofBias) = (leaf.grad!.clone(), b.grad!.clone());
        (leaf.grad, b.grad) = (null, null);
        y.backward([g], false, false, [leaf, b]);
        Check.Close(first, leaf.grad!, 0, 0);
        Check.Close(ofBias, b.grad!, 0, 0);
        Check.Close(kept, y, 0, 0);
        using (no_grad())
            Check.Close(kept, Apply(u, bias, relu, window), 0, 0);
        using (inference_mode())
            Check.Close(kept, Apply(u, bias, relu, window), 0, 0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Results_are_the_same_on_any_number_of_threads(bool reduced)
    {
        using var scope = NewDisposeScope();
        var window = new Window(1, 1, 13, 14);
        var (u, bias, g) = Draw(window, 67, 33, 14, 15);
        if (reduced)
            (u, g) = (u.to_type(bfloat16), g.to_type(bfloat16));
        WithKernels.AssertSameOnAnyThreads(() =>
        {
            var (ofU, ofBias) = Gradients(u, bias, true, window, g);
            return [Apply(u, bias, true, window), ofU, ofBias];
        });
    }
}
