using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>Norms of Jacobians, against matrices that are known.</summary>
public sealed class JacobianTests
{
    /// <summary>Of y = W x the Jacobian is W, wherever x is.</summary>
    [Fact]
    public void Of_a_linear_function_the_mean_is_the_squares_of_its_matrix()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (weight, x) = (noise.Normal([5, 3], CPU), noise.Normal([4000, 3], CPU));
        var squares = Jacobian.Squares(x => x.mm(weight.t()), x, noise, probes: 1);              // [4000, 3], a sample each
        for (var i = 0; i < 3; i++)
            Statistics.AssertMean(weight.select(1, i).square().sum().item<float>(), squares.select(1, i), 1e-4);
    }

    /// <summary>
    /// Signs have the square 1: with one output there is nothing to estimate. The derivative of sin is cos, and of cos² it is −sin 2x.
    /// </summary>
    [Fact]
    public void Of_one_output_it_is_exact_and_so_is_its_derivative()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var x = noise.Normal([6, 1], CPU).requires_grad_();
        var squares = Jacobian.Squares(x => x.sin(), x, noise, probes: 3);
        Check.Close(x.cos().square(), squares, 1e-5);
        squares.sum().backward();
        Check.Close(-(2 * x).sin(), x.grad!, 1e-5, 1e-6);
    }

    [Fact]
    public void Without_gradients_it_is_the_same_number_and_leaves_none()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var (weight, x) = (noise.Normal([5, 3], CPU), noise.Normal([2, 3], CPU));
        var on = Jacobian.Squares(x => x.mm(weight.t()).tanh(), x, new SeededNoise(4), probes: 2);
        using var frozen = no_grad();
        var off = Jacobian.Squares(x => x.mm(weight.t()).tanh(), x, new SeededNoise(4), probes: 2);
        Check.Close(on, off, 0, 0);
        Assert.False(off.requires_grad);
        Assert.False(is_grad_enabled());
        Assert.Null(x.grad);
    }

    [Fact]
    public void What_does_not_depend_on_the_input_has_a_norm_of_zero()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var weight = ones(2, requires_grad: true);
        Check.Close(zeros(3, 2), Jacobian.Squares(_ => weight * 2, ones(3, 2), noise, probes: 1), 0, 0);
    }
}
