namespace VaeSharp.Numerics;

/// <summary>A function with a gradient of its own, whose failures reach the caller.</summary>
/// <remarks>
/// Native code asks for the gradient, and an exception that leaves managed code there ends the process. One that is thrown is therefore
/// kept, and libtorch is given a gradient that it refuses: it gives up, and <c>backward</c> throws, whoever called it. Calls of the library
/// go through <see cref="Backward"/>, which throws what was kept; others get libtorch's words on the gradient that it refused.
/// </remarks>
internal abstract class GuardedFunction<TFunction> : autograd.SingleTensorFunction<TFunction>
    where TFunction : GuardedFunction<TFunction>, new()
{
    private const string AreTensors = "are tensors";

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(AreTensors, Array.ConvertAll(vars, value => value is Tensor));
        return Evaluate(ctx, vars);
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        try
        {
            return Differentiate(ctx, grad_output);
        }
        catch (Exception exception)
        {
            Backward.Keep(exception);
            // Of no dimensions, where an input has some; and complex, where it has none either.
            var refused = zeros([], ScalarType.ComplexFloat32);
            return [.. ((bool[])ctx.get_data(AreTensors)).Select(isTensor => isTensor ? refused : null!)];
        }
    }

    /// <summary>The value; and what the gradient needs, saved.</summary>
    protected abstract Tensor Evaluate(autograd.AutogradContext ctx, object[] vars);

    /// <summary>Gradients of what the function was given, for one of its value: null for what is no tensor, or needs none.</summary>
    /// <remarks>
    /// What was saved may be gone or changed: libtorch throws where a tensor was written over since, for instance the value itself by
    /// whoever it was given to.
    /// </remarks>
    protected abstract List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient);
}
