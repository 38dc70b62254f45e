using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>Products of matrices, against libtorch's in double precision.</summary>
public sealed class ProductsTests
{
    public ProductsTests() => WithKernels.Needed();

    private const double Rounding = 1e-6;

    public static MatrixTheoryData<long, long, long> Sizes =>
        new([1, 7, 8, 9, 33], [1, 15, 16, 17, 255, 256, 257, 600], [1, 15, 16, 17, 31, 32, 33, 100]);

    [Theory, MemberData(nameof(Sizes))]
    public void They_are_products_wherever_rows_and_columns_lie(long rows, long depth, long columns)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(rows + depth + columns);
        var (a, b, bias) = (noise.Normal([rows, depth], CPU), noise.Normal([depth, columns], CPU), noise.Normal([columns], CPU));
        var (x, y) = (a.to_type(float64), b.to_type(float64));
        var (expected, bound) = (x.mm(y), Rounding * (x.abs().mm(y.abs()) + bias.to_type(float64).abs()));
        foreach (var left in (Tensor[])[a, a.t().contiguous().t(), cat([a, a], 1).narrow(1, depth, depth)])
        {
            foreach (var right in (Tensor[])[b, b.t().contiguous().t(), cat([b, b], 1).narrow(1, columns, columns)])
            {
                Check.SameNumbers(expected, Products.Multiply(left, right), 0, bound);
                Check.SameNumbers(expected + bias, Products.Multiply(left, right, bias), 0, bound);
                Check.SameNumbers((expected + bias).relu(), Products.Multiply(left, right, bias, relu: true), 0, bound);
            }
        }
    }

    /// <summary>The stride of a dimension of one element says nothing, and may be anything.</summary>
    [Fact]
    public void A_row_or_a_column_may_have_any_stride()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var numbers = noise.Normal([40], CPU);
        var other = noise.Normal([40, 40], CPU);
        var row = numbers.as_strided([1, 40], [0, 1]);
        var (every, first) = (other.narrow(1, 0, 1), other.select(1, 0).unsqueeze(1));
        (Tensor, Tensor)[] pairs =
            [(row.t(), row), (row, other), (other, row.t()), (other.t(), every), (every, first.t()), (every.t(), first)];
        foreach (var (a, b) in pairs)
            Check.Close(a.to_type(float64).mm(b.to_type(float64)), Products.Multiply(a, b), 1e-5, 1e-5);
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity), InlineData(1e30f)]
    public void What_is_infinite_or_no_number_reaches_its_row_or_column(float number)
    {
        using var scope = NewDisposeScope();
        for (var place = 0; place < 3; place++)
        {
            using var noise = new SeededNoise(place);
            Tensor[] v = [noise.Normal([9, 300], CPU), noise.Normal([300, 33], CPU), noise.Normal([33], CPU)];
            v[place].view(-1)[-1] = number;
            var expected = v[0].to_type(float64).mm(v[1].to_type(float64)) + v[2];
            Check.SameNumbers(expected, Products.Multiply(v[0], v[1], v[2]), 1e-5, full([], 1e-3));
            Check.SameNumbers(expected.relu(), Products.Multiply(v[0], v[1], v[2], relu: true), 1e-5, full([], 1e-3));
        }
    }

    [Fact]
    public void Results_are_the_same_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (a, b) = (noise.Normal([131, 300], CPU), noise.Normal([300, 1001], CPU));
        WithKernels.AssertSameOnAnyThreads(() => [Products.Multiply(a, b), Products.Multiply(b.t(), a.t())]);
    }

    /// <summary>Gaps, other numbers and other dimensions are mistakes, and no way to other memory.</summary>
    [Fact]
    public void What_is_no_matrix_of_single_precision_without_gaps_is_refused()
    {
        using var scope = NewDisposeScope();
        var square = zeros(6, 6);
        Tensor[] wrong = [zeros(6, 12).reshape(6, 6, 2).select(2, 0), square.to_type(float64), square.to_type(bfloat16), zeros(6, 6, 2)];
        Assert.All(wrong, x => Assert.Throws<ArgumentException>(() => Products.Multiply(x, square)));
        Assert.All(wrong, x => Assert.Throws<ArgumentException>(() => Products.Multiply(square, x)));
    }

    /// <summary>So are sizes that do not fit, and biases that would be read beyond their end.</summary>
    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (zeros(6, 5), zeros(5, 7));
        (Tensor A, Tensor B, Tensor? Bias)[] wrong =
        [
            (a, zeros(6, 7), null), (a, zeros(4, 7), null), (a, b.t(), null), (a.t(), b, null), (a, zeros(1, 7), null), (a, b, zeros(6)),
            (a, b, zeros(8)), (a, b, zeros(1)), (a, b, zeros(7, dtype: float64)), (a, b, zeros(7, dtype: bfloat16)),
            (a, b, zeros(7, 2).select(1, 0)), (a, b, zeros(1).expand(7)),
        ];
        Assert.All(wrong, x => Assert.Throws<ArgumentException>(() => Products.Multiply(x.A, x.B, x.Bias)));
        Check.Close(zeros(6, 7), Products.Multiply(a, b, zeros(7)), 0, 0);
    }
}
