namespace VaeSharp.Tests.Support;

/// <summary>
/// A function's value; its gradients; the same where they are to be differentiated; and the gradients of a penalty on them.
/// </summary>
/// <param name="Value">f(x).</param>
/// <param name="First">∂/∂x Σ g · f(x), for each x.</param>
/// <param name="Again">The same, made with a graph of its own.</param>
/// <param name="Second">∂/∂x and, last, ∂/∂g of Σ w · (∂/∂x)², for each x, with weights w that differ between the x.</param>
internal sealed record Derivatives(Tensor Value, Tensor[] First, Tensor[] Again, Tensor[] Second)
{
    /// <summary>Differentiates a function at some inputs, which must be leaves, for a gradient of its value.</summary>
    public static Derivatives Of(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor gradient)
    {
        foreach (var input in inputs)
            input.requires_grad_();
        var plain = function(inputs);
        plain.backward([gradient], false, false, inputs);
        var first = Take(inputs);

        var g = gradient.detach().clone().requires_grad_();
        function(inputs).backward([g], true, true, inputs);
        var again = inputs.Select(input => input.grad ?? zeros_like(input)).ToArray();
        foreach (var input in inputs)
            input.grad = null;
        var penalty = zeros([], float64);
        for (var i = 0; i < again.Length; i++)
            penalty += (again[i].to_type(float64).square() * (1 + i) / again[i].numel()).sum();
        penalty.backward(null!, false, false, [.. inputs, g]);
        return new(plain.detach(), first, [.. again.Select(value => value.detach())], Take([.. inputs, g]));
    }

    /// <summary>Differentiates the same function in double precision, of copies.</summary>
    public static Derivatives InDouble(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor gradient) =>
        Of(function, [.. inputs.Select(input => input.detach().to_type(float64).clone())], gradient.to_type(float64));

    /// <summary>
    /// Holds everything to expectations: each tensor to a share of its largest element, as rounding of sums is; second derivatives, which
    /// are sums of large terms that cancel, to at least a share of a tenth of the largest of them all.
    /// </summary>
    public void AssertNear(Derivatives expected, double relative)
    {
        Near(expected.Value, Value, Largest(expected.Value));
        Assert.All(expected.First.Zip(First), pair => Near(pair.First, pair.Second, Largest(pair.First)));
        Assert.All(expected.First.Zip(Again), pair => Near(pair.First, pair.Second, Largest(pair.First)));
        var all = expected.Second.Max(Largest);
        Assert.All(expected.Second.Zip(Second), pair => Near(pair.First, pair.Second, Math.Max(Largest(pair.First), all / 10)));

        void Near(Tensor one, Tensor other, double scale) => Check.Close(one, other, relative, relative * scale);

        static double Largest(Tensor x) => x.abs().max().item<double>();
    }

    // What does not depend on an input has no gradient there, or one of zeros.
    private static Tensor[] Take(Tensor[] inputs)
    {
        var gradients = inputs.Select(input => input.grad?.detach() ?? zeros_like(input).detach()).ToArray();
        foreach (var input in inputs)
            input.grad = null;
        return gradients;
    }
}
