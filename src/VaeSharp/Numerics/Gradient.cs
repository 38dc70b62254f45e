namespace VaeSharp.Numerics;

/// <summary>Gradients inside a pass.</summary>
internal static class Gradient
{
    /// <summary>∂/∂x Σ f(x): the shape of x. Each row of f shall depend on its own row of x alone.</summary>
    /// <remarks>
    /// Where gradients are on, the result can be differentiated; where they are off, it is the same number. libtorch's own function for it
    /// ends the process where f does not depend on x; here that is 0.
    /// </remarks>
    /// <param name="function">f, of the very tensor that it is given.</param>
    /// <param name="x">Where.</param>
    public static Tensor Of(Func<Tensor, Tensor> function, Tensor x)
    {
        var differentiable = is_grad_enabled();
        using var enabled = enable_grad();
        x = x.requires_grad ? x : x.detach().requires_grad_();
        x.grad = null;
        var y = function(x).sum();
        if (y.requires_grad)
            Backward.Through(y, null, retainGraph: differentiable, createGraph: differentiable, [x]);
        var gradient = x.grad ?? zeros_like(x);
        x.grad = null;                                               // a gradient with a graph would hold itself
        return differentiable ? gradient : gradient.detach();
    }
}
