namespace VaeSharp.Numerics;

/// <summary>How much a function changes with its input.</summary>
internal static class Jacobian
{
    /// <summary>
    /// Estimates of Σₖ (∂yₖ/∂xᵢ)² for each element xᵢ, whose sum over an example is ‖∂y/∂x‖²_F: the shape of x. Each probe is one pass
    /// backwards from random signs v: E (vᵀ ∂y/∂x)ᵢ² = Σₖ (∂yₖ/∂xᵢ)². With one element of y it is exact.
    /// </summary>
    /// <remarks>
    /// Hutchinson 1990, A Stochastic Estimator of the Trace of the Influence Matrix. Where examples depend on each other, by layers that
    /// normalise over the batch, the squares have what each does to all. Where gradients are on, the estimate can be differentiated; where
    /// they are off, it is the same number.
    /// </remarks>
    /// <param name="function">y = f(x), of the very tensor that it is given.</param>
    /// <param name="x">Where: [.., *].</param>
    /// <param name="noise">Where the signs come from.</param>
    /// <param name="probes">Number of passes backwards, which the estimate is the mean of.</param>
    public static Tensor Squares(Func<Tensor, Tensor> function, Tensor x, Noise noise, int probes)
    {
        var differentiable = is_grad_enabled();
        using var enabled = enable_grad();
        x = x.requires_grad ? x : x.detach().requires_grad_();
        var y = function(x);
        var sum = zeros_like(x);
        for (var probe = 0; probe < probes; probe++)
        {
            var signs = 2 * (noise.Uniform(y.shape, y.device) < 0.5).to_type(y.dtype) - 1;
            x.grad = null;
            Backward.Through(y, signs, retainGraph: true, createGraph: differentiable, [x]);
            sum = sum + (x.grad?.square() ?? zeros_like(x));
        }
        x.grad = null;                                               // a gradient with a graph would hold itself
        return differentiable ? sum / probes : sum.detach() / probes;
    }
}
