using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>The similarity against its formula in plain loops, with the window as a square and variances as sums of deviations.</summary>
public sealed class StructuralSimilarityTests
{
    private static readonly double[] Published = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 8, 8, 1 }, { 9, 28, 1 }, { 11, 13, 1 }, { 20, 40, 1 }, { 21, 21, 2 }, { 40, 60, 2 }, { 28, 28, 2 },
        { 41, 43, 3 }, { 64, 64, 3 }, { 128, 81, 4 }, { 161, 176, 5 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void It_is_the_formula_of_Wang_et_al(int height, int width, int scales)
    {
        using var scope = NewDisposeScope();
        var measure = new StructuralSimilarity(height, width, mostScales: 5);
        Assert.Equal(scales, measure.Weights.Count);
        var (x, y) = Pair(2, 1, height, width);
        var expected = Enumerable.Range(0, 2).Select(i => Loops(Values(x[i, 0]), Values(y[i, 0]), measure.Weights.Count)).ToArray();
        Assert.All(expected, value => Assert.InRange(value, 0.2, 0.98));                         // far from where it is held above 0
        Check.Close(tensor(expected), measure.Of(x.to_type(float64), y.to_type(float64)), 1e-6, 1e-6);
        Check.Close(tensor(expected), measure.Of(x, y), 1e-4, 1e-4);
    }

    [Fact]
    public void The_weights_are_the_published_ones_and_fewer_are_made_to_sum_to_one()
    {
        Assert.Equal(Published.Select(weight => weight / Published.Sum()), new StructuralSimilarity(176, 176, 5).Weights);
        Check.Close(1, Published.Sum(), absolute: 2e-4);
        var two = new StructuralSimilarity(28, 28, 5).Weights;
        Check.Close(Published[0] / Published[1], two[0] / two[1]);
        Check.Close(1, two.Sum());
        Assert.Single(new StructuralSimilarity(176, 176, 1).Weights);
    }

    /// <summary>One for the same image and for no other, whichever of the two comes first.</summary>
    [Theory, MemberData(nameof(Sizes))]
    public void It_is_one_for_the_same_image_and_symmetric(int height, int width, int scales)
    {
        using var scope = NewDisposeScope();
        var measure = new StructuralSimilarity(height, width, scales);
        var (x, y) = Pair(3, 3, height, width);
        Check.Close(ones(3), measure.Of(x, x), 0, 0);
        Check.Close(measure.Of(x, y), measure.Of(y, x), 1e-5, 1e-6);
        Assert.True(measure.Of(x, y).max().item<float>() < 1);
    }

    /// <summary>Of each example and each draw, not over the batch; channels are averaged.</summary>
    [Fact]
    public void Each_example_has_its_own_and_channels_are_averaged()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var measure = new StructuralSimilarity(28, 28, 5);
        var (x, _) = Pair(3, 2, 28, 28);
        var y = noise.Uniform([4, 3, 2, 28, 28], CPU);
        var all = measure.Of(x, y);
        Assert.Equal([4, 3], all.shape);
        for (var s = 0; s < 4; s++)
        {
            for (var b = 0; b < 3; b++)
            {
                var channels = Enumerable.Range(0, 2).Select(c => measure.Of(x[b, c].view(1, 28, 28), y[s, b, c].view(1, 28, 28)));
                Check.Close(channels.Average(channel => channel.item<float>()), all[s, b].item<float>(), 1e-5);
            }
        }
    }

    /// <summary>
    /// A change of luminance alone leaves contrast and structure: of constant images the similarity is l to the coarsest exponent.
    /// </summary>
    [Theory, InlineData(8), InlineData(28), InlineData(45)]
    public void A_change_of_luminance_alone_is_the_luminance_term(int side)
    {
        using var scope = NewDisposeScope();
        var measure = new StructuralSimilarity(side, side, 5);
        var found = measure.Of(full([1, side, side], 0.5, float64), full([1, side, side], 0.7, float64)).item<double>();
        Check.Close(Math.Pow((2 * 0.5 * 0.7 + 1e-4) / (0.25 + 0.49 + 1e-4), measure.Weights[^1]), found, 1e-6);
    }

    /// <summary>
    /// Above 0.2 nothing is changed; at 0 the value is log 2 / 100, and below it falls to 0 with a slope, as far as that is a number.
    /// </summary>
    [Fact]
    public void Structures_are_held_above_zero_softly()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -1, -0.05, 0, 0.05, 0.21, 1 }).requires_grad_();
        var y = StructuralSimilarity.Positive(x);
        var rest = Math.Log(1 + Math.Exp(-5)) / 100;
        Check.Close(tensor(new[] { 1e-12, rest, Math.Log(2) / 100, 0.05 + rest, 0.21, 1 }), y, 1e-9, 0);
        y.sum().backward();
        Assert.True(x.grad!.narrow(0, 1, 5).min().item<double>() > 0);
    }

    [Fact]
    public void First_and_second_derivatives_in_single_precision_are_those_in_double()
    {
        using var scope = NewDisposeScope();
        var measure = new StructuralSimilarity(28, 28, 5);
        var (x, y) = Pair(2, 1, 28, 28);
        var gradient = ones(2, float32);
        Tensor Of(Tensor[] inputs) => measure.Of(x.to_type(inputs[0].dtype), inputs[0]);
        Derivatives.Of(Of, [y], gradient).AssertNear(Derivatives.InDouble(Of, [y], gradient), 1e-3);
    }

    // A picture of blobs, and the same with noise and less contrast.
    private static (Tensor X, Tensor Y) Pair(long count, long channels, long height, long width)
    {
        using var noise = new SeededNoise(1);
        var (i, j) = (arange(height, dtype: float32).view(-1, 1), arange(width, dtype: float32));
        var phase = 6 * noise.Uniform([count, channels, 1, 1], CPU);
        var x = 0.5 + 0.5 * (0.9 * i + phase).sin() * (0.7 * j + 2 * phase).cos();
        var y = (0.1 + 0.8 * x + 0.15 * noise.Normal(x.shape, CPU)).clamp(0, 1);
        return (x, y);
    }

    private static double[,] Values(Tensor image)
    {
        var numbers = image.to_type(float64).contiguous().data<double>().ToArray();
        var result = new double[image.size(0), image.size(1)];
        Buffer.BlockCopy(numbers, 0, result, 0, 8 * numbers.Length);
        return result;
    }

    private static double Loops(double[,] x, double[,] y, int scales)
    {
        var (product, total) = (1.0, Published.Take(scales).Sum());
        for (var scale = 0; scale < scales; scale++)
        {
            if (scale > 0)
                (x, y) = (Half(x), Half(y));
            product *= Math.Pow(Mean(x, y, withLuminance: scale == scales - 1), Published[scale] / total);
        }
        return product;
    }

    private static double Mean(double[,] x, double[,] y, bool withLuminance)
    {
        var (height, width) = (x.GetLength(0), x.GetLength(1));
        var (tall, wide) = (height < 11 ? (height + 1) / 2 : 11, width < 11 ? (width + 1) / 2 : 11);
        var (sum, places) = (0.0, 0);
        for (var top = 0; top + tall <= height; top++)
        {
            for (var left = 0; left + wide <= width; left++, places++)
                sum += At(top, left);
        }
        return sum / places;

        double At(int top, int left)
        {
            double weight = 0, meanX = 0, meanY = 0, varX = 0, varY = 0, covariance = 0;
            Each((w, a, b) => (weight, meanX, meanY) = (weight + w, meanX + w * a, meanY + w * b));
            (meanX, meanY) = (meanX / weight, meanY / weight);
            Each((w, a, b) =>
            {
                varX += w / weight * (a - meanX) * (a - meanX);
                varY += w / weight * (b - meanY) * (b - meanY);
                covariance += w / weight * (a - meanX) * (b - meanY);
            });
            var structure = (2 * covariance + 9e-4) / (varX + varY + 9e-4);
            return withLuminance ? structure * (2 * meanX * meanY + 1e-4) / (meanX * meanX + meanY * meanY + 1e-4) : structure;

            void Each(Action<double, double, double> add)
            {
                for (var i = 0; i < tall; i++)
                {
                    for (var j = 0; j < wide; j++)
                    {
                        var (u, v) = (i - (tall - 1) / 2.0, j - (wide - 1) / 2.0);
                        add(Math.Exp(-(u * u + v * v) / (2 * 1.5 * 1.5)), x[top + i, left + j], y[top + i, left + j]);
                    }
                }
            }
        }
    }

    // Pairs of lines; an odd last line is its own pair.
    private static double[,] Half(double[,] x)
    {
        var (height, width) = (x.GetLength(0), x.GetLength(1));
        var half = new double[(height + 1) / 2, (width + 1) / 2];
        for (var i = 0; i < half.GetLength(0); i++)
        {
            for (var j = 0; j < half.GetLength(1); j++)
            {
                var (below, right) = (Math.Min(2 * i + 1, height - 1), Math.Min(2 * j + 1, width - 1));
                half[i, j] = (x[2 * i, 2 * j] + x[below, 2 * j] + x[2 * i, right] + x[below, right]) / 4;
            }
        }
        return half;
    }
}
