namespace VaeSharp.Models;

/// <summary>The importance-sampled estimate of log p(x): log (1/K) Σ p(x, zₖ) / q(zₖ|x), zₖ ~ q(z|x).</summary>
/// <remarks>
/// In nats; below log p(x) on average, and nearer with more samples. Source: Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519, eq. 8,
/// with K = 5000 in section 5.
/// </remarks>
/// <param name="Values">The estimate for each example: [N], in nats.</param>
/// <param name="Reconstruction">−log p(x|z) of each example, the mean over the draws: [N], in nats.</param>
/// <param name="Divergence">KL(q(z|x) ‖ p(z)) of each example, in closed form or the mean over the draws: [N], in nats.</param>
public sealed record LogLikelihood(double[] Values, double[] Reconstruction, double[] Divergence)
{
    /// <summary>The mean over the examples, in nats.</summary>
    public double Mean => Values.Average();

    /// <summary>The standard error of the mean over the examples, in nats; no number for fewer than two.</summary>
    public double StandardError
    {
        get
        {
            var mean = Mean;
            return Math.Sqrt(Values.Sum(value => (value - mean) * (value - mean)) / (Values.Length - 1) / Values.Length);
        }
    }

    /// <summary>The estimate for a minibatch.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="samples">Number K of draws.</param>
    /// <param name="chunk">Number of draws that are decoded at once. It decides memory, and not what is estimated.</param>
    /// <param name="noise">Where the draws come from.</param>
    internal static LogLikelihood Of(Autoencoder model, Batch batch, int samples, int chunk, Noise noise)
    {
        using var frozen = no_grad();
        var count = (int)batch.X.size(0);
        var (sums, reconstruction, divergence) = (new double[count], new double[count], new double[count]);
        Array.Fill(sums, double.NegativeInfinity);                                               // log 0
        for (var done = 0; done < samples; done += chunk)
        {
            using var scope = NewDisposeScope();
            var size = Math.Min(chunk, samples - done);
            var trace = model.Infer(batch, size, new Progress(noise));
            var weights = Numbers(trace.LogWeight.to_type(float64).logsumexp(0));                // log Σ w of the chunk  [B]
            var (errors, divergences) = (Mean(trace.LogLikelihood), Mean(trace.Divergence));
            for (var i = 0; i < count; i++)
            {
                sums[i] = Add(sums[i], weights[i]);
                reconstruction[i] -= errors[i] * size / samples;
                divergence[i] += divergences[i] * size / samples;
            }
        }
        return new LogLikelihood([.. sums.Select(sum => sum - Math.Log(samples))], reconstruction, divergence);

        static double[] Mean(Tensor draws) => Numbers(draws.to_type(float64).mean([0L]));
        static double[] Numbers(Tensor values) => values.cpu().contiguous().data<double>().ToArray();
    }

    // log (eᵃ + eᵇ)
    private static double Add(double a, double b)
    {
        var most = Math.Max(a, b);
        return double.IsInfinity(most) ? most : most + Math.Log(Math.Exp(a - most) + Math.Exp(b - most));
    }
}
