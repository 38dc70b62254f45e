using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

public sealed class GradientGateTests
{
    [Fact]
    public void Numbers_pass_and_gradients_are_multiplied_by_a_factor_that_is_told_later()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var x = noise.Normal([3, 4, 2], CPU).requires_grad_();
        var gate = new GradientGate();
        var y = gate.Pass(x);
        var loss = (y.pow(3).sum() + x.sum());
        gate.Factor = noise.Uniform([3, 4], CPU);
        loss.backward();
        Check.Close(x, y, 0, 0);
        Check.Close(gate.Factor.unsqueeze(-1) * 3 * x.square() + 1, x.grad!);
    }

    [Fact]
    public void Without_a_factor_it_is_the_identity()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 2).requires_grad_();
        new GradientGate().Pass(x).square().sum().backward();
        Check.Close(2 * ones(3, 2), x.grad!, 0, 0);
        var still = ones(2);
        Assert.Same(still, new GradientGate().Pass(still));
    }

    /// <summary>The gate is a linear map of gradients, so a gradient of a gradient passes it in both.</summary>
    [Fact]
    public void Second_derivatives_pass_too()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2, 3 }).requires_grad_();
        var gate = new GradientGate { Factor = tensor(new[] { 0.5f, 2, 3 }) };
        gate.Pass(x).pow(3).sum().backward(null!, true, true, [x]);                              // f · 3x²
        var first = x.grad!;
        x.grad = null;
        first.sum().backward();                                                                  // f² · 6x: both ways lead through the gate
        Check.Close(gate.Factor.square() * 6 * tensor(new[] { 1f, 2, 3 }), x.grad!);
    }
}
