namespace VaeSharp.Tests.Likelihoods;

/// <summary>First and second derivatives of sums of functions of one number each, by libtorch's autograd and by differences.</summary>
internal static class Slope
{
    /// <summary>Value, f′ and f″ at each point, in the precision of the points.</summary>
    public static (double[] Value, double[] First, double[] Second) Of(Func<Tensor, Tensor> function, Tensor points)
    {
        using var scope = NewDisposeScope();
        var x = points.detach().clone().requires_grad_();
        var value = function(x);
        value.sum().backward(null!, true, true, [x]);
        var first = x.grad!;
        x.grad = null;
        if (!first.requires_grad)
            return (Numbers(value), Numbers(first), new double[points.numel()]);                 // a constant slope
        first.sum().backward(null!, false, false, [x]);
        return (Numbers(value), Numbers(first), Numbers(x.grad!));
    }

    /// <summary>f′ and f″ by central differences in double precision, of a step h: the errors are h² and 10⁻¹⁶/h².</summary>
    public static (double First, double Second) Differences(Func<double, double> function, double x, double h = 1e-4) =>
        ((function(x + h) - function(x - h)) / (2 * h), (function(x + h) - 2 * function(x) + function(x - h)) / (h * h));

    public static double[] Numbers(Tensor x) => x.detach().to_type(float64).contiguous().data<double>().ToArray();

    /// <summary>Numbers in double precision.</summary>
    public static Tensor Doubles(params double[] numbers) => tensor(numbers, float64);
}
