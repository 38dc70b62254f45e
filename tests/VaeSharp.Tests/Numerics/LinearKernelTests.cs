using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>y = x Wᵀ + b and max(y, 0), against libtorch's operations in double precision.</summary>
public sealed class LinearKernelTests
{
    // Of the sum of absolute products, up to some hundred of them: each and each sum is rounded. Operands of bfloat16 have eight bits, and
    // so have products that are kept in it.
    private const double Single = 1e-6;
    private const double Reduced = 1.0 / 100;

    public LinearKernelTests() => WithKernels.Needed();

    private static readonly long[] Widths = [1, 2, 3, 15, 16, 17, 31, 33, 130];

    public static MatrixTheoryData<long, long, bool, bool> Cases => new(Widths, Widths, [true, false], [true, false]);

    private static Tensor[] Draw(long rows, long inputs, long outputs)
    {
        using var noise = new SeededNoise(rows + 1000 * inputs + outputs);
        return [noise.Normal([rows, inputs], CPU), noise.Normal([outputs, inputs], CPU), noise.Normal([outputs], CPU)];
    }

    private static Tensor Apply(Tensor[] v, bool relu)
    {
        var y = LinearKernel.Apply(v[0], v[1], v[2], relu);
        Assert.NotNull(y);
        return y;
    }

    private static Tensor[] Run(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor g)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.detach().clone().requires_grad_())];
        var y = function(leaves);
        y.backward([g.to_type(y.dtype)], false, false, leaves);
        return [y.detach(), .. leaves.Select(leaf => leaf.grad!)];
    }

    // The formula and its gradients, each with the sum of absolute products beside it. Where y is 0 but for rounding, either side may be.
    private static (Tensor Value, Tensor Bound)[] Formula(Tensor[] v, Tensor g, bool relu, Tensor y)
    {
        var (x, w, b) = (v[0].to_type(float64), v[1].to_type(float64), v[2].to_type(float64));
        var sum = x.mm(w.t()) + b;
        var du = relu ? where(y <= 0, zeros_like(sum), g.to_type(float64)) : g.to_type(float64);
        return
        [
            (relu ? sum.relu() : sum, x.abs().mm(w.abs().t()) + b.abs()), (du.mm(w), du.abs().mm(w.abs())),
            (du.t().mm(x), du.abs().t().mm(x.abs())), (du.sum(dim: 0L), du.abs().sum(dim: 0L)),
        ];
    }

    [Theory, MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_the_formula(long inputs, long outputs, bool relu, bool reduced)
    {
        using var scope = NewDisposeScope();
        foreach (var rows in (long[])[1, 17, 37])
        {
            var v = Draw(rows, inputs, outputs);
            using var noise = new SeededNoise(1);
            var g = noise.Normal([rows, outputs], CPU);
            if (reduced)
                (v[0], v[1], g) = (v[0].to_type(bfloat16), v[1].to_type(bfloat16), relu ? g.to_type(bfloat16) : g);
            var found = Run(leaves => Apply(leaves, relu), v, g);
            Assert.Equal(reduced && relu ? ScalarType.BFloat16 : ScalarType.Float32, found[0].dtype);
            Assert.Equal(v.Select(value => value.dtype), found[1..].Select(gradient => gradient.dtype));
            foreach (var ((value, bound), result) in Formula(v, g, relu, found[0]).Zip(found))
                Check.SameNumbers(value, result, 0, (reduced ? Reduced : Single) * bound);
        }
    }

    /// <summary>Behind a layer in single precision stands one in bfloat16, and before it one of either.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Operands_may_have_different_precisions(bool narrow)
    {
        using var scope = NewDisposeScope();
        foreach (var (inputs, outputs) in ((long, long)[])[(33, 65), (33, 2), (2, 33)])
        {
            var v = Draw(9, inputs, outputs);
            (v[0], v[1]) = narrow ? (v[0].to_type(bfloat16), v[1]) : (v[0], v[1].to_type(bfloat16));
            using var noise = new SeededNoise(1);
            var g = noise.Normal([9, outputs], CPU);
            var found = Run(leaves => Apply(leaves, relu: false), v, g);
            Assert.Equal(v.Select(value => value.dtype), found[1..].Select(gradient => gradient.dtype));
            foreach (var ((value, bound), result) in Formula(v, g, false, found[0]).Zip(found))
                Check.SameNumbers(value, result, 0, Reduced * bound);
        }
    }

    /// <summary>What needs no gradient gets none, and the other gradients are the same.</summary>
    [Theory, InlineData(33, 40, false), InlineData(33, 2, false), InlineData(2, 33, false), InlineData(33, 40, true)]
    public void Rows_and_weights_may_need_no_gradient(long inputs, long outputs, bool reduced)
    {
        using var scope = NewDisposeScope();
        var v = Draw(9, inputs, outputs);
        v[1] = reduced ? v[1].to_type(bfloat16) : v[1];
        var g = ones(9, outputs);
        var expected = Run(x => Apply(x, relu: false), v, g);
        for (var frozen = 0; frozen < 2; frozen++)
        {
            Tensor[] leaves = [.. v.Select((value, i) => i == frozen ? value : value.clone().requires_grad_())];
            Apply(leaves, relu: false).backward([g], false, false, [.. leaves.Where((_, i) => i != frozen)]);
            Assert.Null(leaves[frozen].grad);
            foreach (var i in Enumerable.Range(0, 3).Where(i => i != frozen))
                Check.Close(expected[i + 1], leaves[i].grad!, 0, 0);
        }
    }

    public static MatrixTheoryData<long, long, bool> Few => new([2, 17, 40], [1, 3, 33], [true, false]);

    [Theory, MemberData(nameof(Few))]
    public void Gradients_of_gradients_are_those_of_the_formula(long inputs, long outputs, bool relu)
    {
        using var scope = NewDisposeScope();
        var v = Draw(5, inputs, outputs);
        using var noise = new SeededNoise(2);
        var g = noise.Normal([5, outputs], CPU);
        var expected = Derivatives.InDouble(x => Curved(Plain(x)), v, g);
        Derivatives.Of(x => Curved(Apply(x, relu)), v, g).AssertNear(expected, 5e-5);           // four products, some cancel
        Assert.All(expected.Second, gradient => Assert.True(gradient.abs().max().item<double>() > 0));

        Tensor Plain(Tensor[] x) => relu ? nn.functional.linear(x[0], x[1], x[2]).relu() : nn.functional.linear(x[0], x[1], x[2]);

        static Tensor Curved(Tensor y) => y.square() + y.sin();
    }

    /// <summary>
    /// Of operands in bfloat16: gradients arrive in it, so that a penalty on them is right to some of its eight bits. Activations on one
    /// side of nought are the double's, too, since weights are the same numbers there.
    /// </summary>
    [Theory, InlineData(17, 33, false), InlineData(40, 3, false), InlineData(2, 33, false), InlineData(17, 33, true)]
    public void In_bfloat16_gradients_of_gradients_are_nearly_those_of_the_formula(long inputs, long outputs, bool relu)
    {
        using var scope = NewDisposeScope();
        var v = Draw(5, inputs, outputs);
        (v[0], v[1]) = (v[0].to_type(bfloat16), v[1].to_type(bfloat16));
        using var noise = new SeededNoise(2);
        var g = noise.Normal([5, outputs], CPU).to_type(bfloat16);
        var expected = Derivatives.InDouble(x => Curved(Plain(x)), v, g);
        Derivatives.Of(x => Curved(Apply(x, relu).to_type(float32)), v, g.to_type(float32)).AssertNear(expected, 4e-2);
        Assert.All(expected.Second, gradient => Assert.True(gradient.abs().max().item<double>() > 0));

        Tensor Plain(Tensor[] x) => relu ? nn.functional.linear(x[0], x[1], x[2]).relu() : nn.functional.linear(x[0], x[1], x[2]);

        static Tensor Curved(Tensor y) => y.sigmoid() + y;
    }

    // Operands and a gradient, in turn one number of one of which is none, infinite or all but that.
    private static IEnumerable<(Tensor[] Operands, Tensor Gradient)> Spoilt(long inputs, long outputs)
    {
        foreach (var number in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f])
        {
            for (var place = 0; place < 4; place++)
            {
                var (v, g) = (Draw(5, inputs, outputs), ones(5, outputs));
                (place < 3 ? v[place] : g).view(-1)[-1] = number;
                yield return (v, g);
            }
        }
    }

    /// <summary>What is infinite or no number stays so, and gradients pass or do not, as by libtorch; also those with a graph.</summary>
    [Theory, InlineData(2, 17, true), InlineData(17, 2, true), InlineData(33, 33, true), InlineData(33, 33, false)]
    public void What_is_infinite_or_no_number_gives_what_the_formula_gives(long inputs, long outputs, bool relu)
    {
        using var scope = NewDisposeScope();
        foreach (var (v, g) in Spoilt(inputs, outputs))
        {
            var expected = Run(x => LinearKernel.Plain(x[0], x[1], x[2], relu), [.. v.Select(value => value.to_type(float64))], g);
            if (!relu)
                expected[0] = nn.functional.linear(v[0].to_type(float64), v[1].to_type(float64), v[2].to_type(float64));
            var found = Run(x => Apply(x, relu), v, g);
            Tensor[] leaves = [.. v.Select(value => value.clone().requires_grad_())];
            Apply(leaves, relu).backward([g], true, true, leaves);
            for (var i = 0; i < 4; i++)
            {
                var room = full([], 1e-4);
                Check.SameNumbers(expected[i], found[i], 1e-5, room);
                if (i > 0)
                    Check.SameNumbers(expected[i], leaves[i - 1].grad!, 1e-5, room);
            }
        }
    }

    /// <summary>
    /// The same of operands in bfloat16, whose exponents have as many bits; which gradients pass is told by the value, which is rounded.
    /// </summary>
    [Theory, InlineData(2, 17, true), InlineData(17, 2, true), InlineData(33, 33, true), InlineData(33, 33, false)]
    public void In_bfloat16_what_is_infinite_or_no_number_does_so_too(long inputs, long outputs, bool relu)
    {
        using var scope = NewDisposeScope();
        foreach (var (v, g) in Spoilt(inputs, outputs))
        {
            (v[0], v[1]) = (v[0].to_type(bfloat16), v[1].to_type(bfloat16));
            var found = Run(x => Apply(x, relu), v, g);
            Tensor[] leaves = [.. v.Select(value => value.clone().requires_grad_())];
            var y = Apply(leaves, relu);
            y.backward([g.to_type(y.dtype)], true, true, leaves);
            Assert.Equal(v.Select(value => value.dtype), leaves.Select(leaf => leaf.grad!.dtype));
            foreach (var (i, (value, bound)) in Formula(v, g.to_type(y.dtype), relu, found[0]).Index())
            {
                Check.SameNumbers(value, found[i], 0, Reduced * bound);
                if (i > 0)
                    Check.SameNumbers(value, leaves[i - 1].grad!, 0, Reduced * bound);
            }
        }
    }

    [Fact]
    public void What_the_kernel_cannot_do_is_refused()
    {
        using var scope = NewDisposeScope();
        var v = Draw(5, 17, 3);
        Assert.NotNull(LinearKernel.Apply(v[0], v[1], v[2], true));
        Assert.Null(LinearKernel.Apply(v[0].to_type(float64), v[1], v[2], true));
        Assert.Null(LinearKernel.Apply(v[0], v[1].to_type(float64), v[2], true));
        Assert.Null(LinearKernel.Apply(v[0], v[1], v[2].to_type(float64), true));
        Assert.Null(LinearKernel.Apply(Layouts.Of("transposed", v[0]), v[1], v[2], true));
        Assert.Null(LinearKernel.Apply(v[0], Layouts.Of("transposed", v[1]), v[2], true));
        Assert.Null(LinearKernel.Apply(v[0], v[1], Layouts.Of("every second", v[2]), true));
        Assert.Null(LinearKernel.Apply(v[0].unsqueeze(0), v[1], v[2], true));
        Assert.Null(LinearKernel.Apply(zeros(0, 17), v[1], v[2], true));
        using (Kernels.Avoid())
            Assert.Null(LinearKernel.Apply(v[0], v[1], v[2], true));
    }

    /// <summary>A mistake in shapes is an error, as in libtorch, and never a way to other memory.</summary>
    [Theory, InlineData(33, 40, 33), InlineData(33, 2, 33), InlineData(33, 2, 40), InlineData(2, 40, 33), InlineData(33, 33, 40)]
    public void Shapes_that_do_not_fit_are_refused(long inputs, long outputs, long others)
    {
        using var scope = NewDisposeScope();
        var bias = zeros(inputs == others ? outputs + 1 : outputs);
        Assert.ThrowsAny<Exception>(() =>
        {
            using var frozen = no_grad();
            var (x, weight) = (zeros(4, inputs), zeros(outputs, others));
            _ = LinearKernel.Apply(x, weight, bias, true) ?? LinearKernel.Plain(x, weight, bias, true);
        });
    }

    public static MatrixTheoryData<string, bool, bool> Orders => new([.. Layouts.Names], [true, false], [true, false]);

    [Theory, MemberData(nameof(Orders))]
    public void Gradients_may_come_in_any_order_and_what_is_read_stays(string layout, bool relu, bool reduced)
    {
        using var scope = NewDisposeScope();
        foreach (var (inputs, outputs) in ((long, long)[])[(33, 40), (33, 2), (2, 33)])
        {
            var v = Draw(5, inputs, outputs);
            using var noise = new SeededNoise(3);
            var g = noise.Normal([5, outputs], CPU);
            if (reduced)
                (v[0], v[1], g) = (v[0].to_type(bfloat16), v[1].to_type(bfloat16), relu ? g.to_type(bfloat16) : g);
            g = Layouts.Of(layout, g);
            Tensor[] before = [g.clone(), .. v.Select(value => value.clone())];
            Tensor[] leaves = [.. v.Select(value => value.requires_grad_())];
            var y = Apply(leaves, relu);
            var kept = y.detach().clone();
            y.backward([g], true, false, leaves);
            foreach (var ((value, bound), result) in Formula(v, g, relu, kept).Skip(1).Zip(leaves))
                Check.SameNumbers(value, result.grad!, 0, (reduced ? Reduced : Single) * bound);
            Tensor[] first = [.. leaves.Select(leaf => leaf.grad!.clone())];
            foreach (var leaf in leaves)
                leaf.grad = null;
            y.backward([g], false, false, leaves);
            Assert.All(first.Zip(leaves), pair => Check.Close(pair.First, pair.Second.grad!, 0, 0));
            Assert.All(before.Zip([g, .. leaves]), pair => Check.Close(pair.First, pair.Second, 0, 0));
            Check.Close(kept, y, 0, 0);
            using (no_grad())
                Check.Close(kept, Apply(v, relu), 0, 0);
            using (inference_mode())
                Check.Close(kept, Apply(v, relu), 0, 0);
        }
    }

    /// <summary>What is ours: libtorch's own products may add up in another order on more threads.</summary>
    [Fact]
    public void Thin_products_and_casts_are_the_same_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (a, t, s) = (noise.Normal([131, 1001], CPU), noise.Normal([5, 1001], CPU), noise.Normal([131, 5], CPU));
        var narrow = a.to_type(bfloat16);
        WithKernels.AssertSameOnAnyThreads(() =>
        [
            ThinProducts.Dot(a, t), ThinProducts.Dot(narrow, t), ThinProducts.Spread(s, t), ThinProducts.Outer(s, a),
            ThinProducts.Outer(s, narrow), Casts.Narrow(a), Casts.Widen(narrow),
        ]);
    }

    public static MatrixTheoryData<long, long, long> Sizes => new([1, 2, 31, 32, 33], [1, 15, 16, 17, 127, 128, 129], [1, 2, 3, 4, 5, 16]);

    [Theory, MemberData(nameof(Sizes))]
    public void Thin_products_are_products(long rows, long length, long few)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(rows + length + few);
        var (whole, t, s) = (noise.Normal([rows, length], CPU), noise.Normal([few, length], CPU), noise.Normal([rows, few], CPU));
        foreach (var a in (Tensor[])[whole, whole.to_type(bfloat16)])
        {
            AssertProduct(a, t.t(), ThinProducts.Dot(a, t));
            AssertProduct(s.t(), a, ThinProducts.Outer(s, a));
        }
        AssertProduct(s, t, ThinProducts.Spread(s, t));

        static void AssertProduct(Tensor one, Tensor other, Tensor found)
        {
            var (a, b) = (one.to_type(float64), other.to_type(float64));
            Check.SameNumbers(a.mm(b), found, 0, 1e-6 * a.abs().mm(b.abs()));
        }
    }

    [Theory, InlineData(1), InlineData(15), InlineData(16), InlineData(17), InlineData(32_767), InlineData(32_769), InlineData(100_003)]
    public void Casts_are_those_of_libtorch(long size)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(size);
        var x = noise.Normal([size], CPU);
        Check.Close(x.to_type(bfloat16), Casts.Narrow(x), 0, 0);
        Check.Close(x.to_type(bfloat16), Casts.Widen(x.to_type(bfloat16)), 0, 0);
        Assert.Equal((ScalarType.BFloat16, ScalarType.Float32), (Casts.Narrow(x).dtype, Casts.Widen(Casts.Narrow(x)).dtype));
        Assert.Same(x, Casts.Widen(x));
        var turned = Layouts.Of("transposed", noise.Normal([7, 5], CPU));
        Check.Close(turned.to_type(bfloat16), Casts.Narrow(turned), 0, 0);
    }
}
