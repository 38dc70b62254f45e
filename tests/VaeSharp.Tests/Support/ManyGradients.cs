using VaeSharp.Distributions;
using VaeSharp.Objectives;

namespace VaeSharp.Tests.Support;

/// <summary>
/// Many independent gradients of a bound by the two parameters of q(z|x), at one example: a batch that repeats the example has one for each
/// row.
/// </summary>
internal static class ManyGradients
{
    /// <summary>Gradients of −L by μ and log σ² from the library's own backward pass: [count, 2Z].</summary>
    public static Tensor Of(BoundSpec spec, LinearGaussian model, Tensor x, long count, Noise noise)
    {
        var objective = spec.Build();
        var progress = new Progress(noise) { Training = true };
        var trace = model.Model.Infer(new Batch(x.expand(count, LinearGaussian.D).contiguous()), objective.Samples, progress);
        var q = (Normal)trace.Latents[0].Posterior;
        q.Mean.retain_grad();
        q.LogVar.retain_grad();
        objective.Compute(model.Model, trace, progress).ByPlayer[^1].Loss.backward();
        return cat([q.Mean.grad!, q.LogVar.grad!], dim: 1) * count;
    }

    /// <summary>
    /// The same by brute force: log weights written out in double precision, and differences of the bound with the same draws: [count, 2Z].
    /// </summary>
    /// <param name="bound">From log weights [K, count] to bounds [count].</param>
    /// <param name="model">The model.</param>
    /// <param name="x">One example: [1, D].</param>
    /// <param name="k">Number K of draws.</param>
    /// <param name="count">Number of gradients.</param>
    /// <param name="noise">The draws.</param>
    public static Tensor ByDifferences(Func<Tensor, Tensor> bound, LinearGaussian model, Tensor x, long k, long count, Noise noise)
    {
        const double h = 1e-4;
        using var frozen = no_grad();
        var weights = model.Model.named_parameters().ToDictionary(p => p.name, p => p.parameter.to_type(float64));
        var q = (Normal)model.Model.Encode(new Batch(x), new Progress(noise));
        var (mean, logVar) = (q.Mean.to_type(float64), q.LogVar.to_type(float64));               // [1, Z]
        var epsilon = noise.Normal([k, count, LinearGaussian.Z], CPU).to_type(float64);
        var gradients = new List<Tensor>();
        foreach (var parameter in new[] { mean, logVar })
        {
            for (var j = 0; j < LinearGaussian.Z; j++)
            {
                var step = zeros(1, LinearGaussian.Z, dtype: float64);
                step[0, j] = h;
                parameter.add_(step);
                var above = bound(LogWeight());
                parameter.sub_(2 * step);
                var below = bound(LogWeight());
                parameter.add_(step);
                gradients.Add((below - above) / (2 * h));
            }
        }
        return stack(gradients.ToArray(), dim: 1);

        // log N(x; Wz + b, σ²) + log N(z; 0, 1) − log N(z; μ, s²), but for the constants.
        Tensor LogWeight()
        {
            var z = mean + (0.5 * logVar).exp() * epsilon;
            var error = x.to_type(float64) - nn.functional.linear(z, weights["decoder.output.weight"], weights["decoder.output.bias"]);
            return -0.5 * error.square().sum(dim: 2L) / (LinearGaussian.Sigma * LinearGaussian.Sigma) - 0.5 * z.square().sum(dim: 2L)
                + 0.5 * (epsilon.square() + logVar).sum(dim: 2L);
        }
    }
}
