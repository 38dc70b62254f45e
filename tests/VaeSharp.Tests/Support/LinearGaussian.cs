using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Support;

/// <summary>
/// The model whose evidence is known: x = Wz + b + σε with z ~ N(0, I), so p(x) = N(b, WWᵀ + σ²I). The columns of W are orthogonal, so the
/// exact posterior N(Σ Wᵀ(x − b)/σ², Σ), Σ = (I + WᵀW/σ²)⁻¹, has independent units and is in the family of the gaussian posterior.
/// A variational autoencoder without hidden layers is this model.
/// </summary>
internal sealed class LinearGaussian
{
    public const int D = 6;
    public const int Z = 2;
    public const double Sigma = 0.7;

    private readonly double[,] weight = new double[D, Z];
    private readonly double[] bias = [0.3, -0.2, 0.5, 0, -1, 0.8];
    private readonly double[] variance = new double[Z];
    private readonly (double Shift, double Spread) wrong;

    /// <summary>Makes the model.</summary>
    /// <param name="shift">How far the posterior's means are from the exact ones.</param>
    /// <param name="spread">The factor of the posterior's standard deviations over the exact ones.</param>
    /// <param name="posterior">What the normal distribution is the start of; null where it is the posterior.</param>
    public LinearGaussian(double shift = 0, double spread = 1, PosteriorSpec? posterior = null)
    {
        wrong = (shift, spread);
        double[][] columns = [[1, 1, 0, 1, 1, 0], [0.5, -0.5, 1, 0, 0, -1]];                     // orthogonal, of lengths 2 and √2.5
        for (var j = 0; j < Z; j++)
        {
            for (var i = 0; i < D; i++)
                weight[i, j] = columns[j][i];
            variance[j] = 1 / (1 + columns[j].Sum(w => w * w) / (Sigma * Sigma));
        }
        using var noise = new SeededNoise(1);
        Model = (Spec with { Posterior = posterior ?? Spec.Posterior })
            .Build(new DataSpec(D) { Low = double.NegativeInfinity, High = double.PositiveInfinity }, noise);

        // Mean Σ Wᵀ(x − b)/σ² is a linear layer with weight Σ Wᵀ/σ².
        var heads = Enumerable.Range(0, Z)
            .SelectMany(j => Enumerable.Range(0, D).Select(i => variance[j] * weight[i, j] / (Sigma * Sigma))).ToArray();
        Set("decoder.output.weight", [.. weight.Cast<double>()]);
        Set("decoder.output.bias", bias);
        Set("posterior.mean.weight", heads);
        Set("posterior.mean.bias",
            [.. Enumerable.Range(0, Z).Select(j => shift - Enumerable.Range(0, D).Sum(i => heads[j * D + i] * bias[i]))]);
        Set("posterior.logVar.weight", new double[Z * D]);
        Set("posterior.logVar.bias", [.. variance.Select(v => Math.Log(v * spread * spread))]);
        // KL between the posterior in use and the exact one, which differ by the same amounts for every x.
        Gap = variance.Sum(v => 0.5 * (shift * shift / v + spread * spread - 2 * Math.Log(spread) - 1));
    }

    /// <summary>The model's choices.</summary>
    public static VaeSpec Spec => new()
    {
        Latent = Z,
        Network = new MlpSpec { Hidden = [] },
        Likelihood = new GaussianLikelihoodSpec { Sigma = Sigma, Mean = MeanLink.Identity },
    };

    public Autoencoder Model { get; }

    /// <summary>log p(x) − ELBO, which is KL(q(z|x) ‖ p(z|x)), in nats.</summary>
    public double Gap { get; }

    /// <summary>Variances of the exact posterior's units.</summary>
    public IReadOnlyList<double> Variance => variance;

    /// <summary>
    /// Rényi's divergence of an order from the posterior in use to the exact one, in nats: Gil, Alajaji and Linder 2013, table 2. At
    /// order 1 it is <see cref="Gap"/>.
    /// </summary>
    public double RenyiGap(double order) => variance.Sum(v =>
    {
        var mixed = v * (order + (1 - order) * wrong.Spread * wrong.Spread);
        return order * wrong.Shift * wrong.Shift / (2 * mixed) - Math.Log(wrong.Spread) + Math.Log(v / mixed) / (2 * (order - 1));
    });

    /// <summary>Draws of the model: [count, D].</summary>
    public Tensor Draw(long count, Noise noise)
    {
        var z = noise.Normal([count, Z], CPU);
        return (Model.Decode(z).Mean + Sigma * noise.Normal([count, D], CPU)).detach();
    }

    /// <summary>The codes that are decoded to means: [N, D] → [N, Z].</summary>
    public Tensor CodesOf(Tensor means)
    {
        var (weight, bias) = (Model.Weight("decoder.output.weight").detach(), Model.Weight("decoder.output.bias").detach());
        return (means - bias).mm(weight) / weight.square().sum(dim: 0L);
    }

    /// <summary>
    /// log p(x), in double precision and by nothing of the library: in the basis of W's columns the covariance is diagonal.
    /// </summary>
    public double LogEvidence(Tensor x)
    {
        var total = 0.0;
        var data = x.to_type(float64).data<double>().ToArray();
        var rows = data.Length / D;
        for (var n = 0; n < rows; n++)
        {
            var residual = Enumerable.Range(0, D).Select(i => data[n * D + i] - bias[i]).ToArray();
            var (quadratic, logDeterminant) = (residual.Sum(r => r * r) / (Sigma * Sigma), D * Math.Log(Sigma * Sigma));
            for (var j = 0; j < Z; j++)
            {
                var length = Enumerable.Range(0, D).Sum(i => weight[i, j] * weight[i, j]);
                var projection = Enumerable.Range(0, D).Sum(i => weight[i, j] * residual[i]);
                // Along column j the variance is σ² + |w|² in place of σ².
                quadratic += projection * projection / length * (1 / (Sigma * Sigma + length) - 1 / (Sigma * Sigma));
                logDeterminant += Math.Log((Sigma * Sigma + length) / (Sigma * Sigma));
            }
            total += -0.5 * (quadratic + logDeterminant + D * Math.Log(2 * Math.PI));
        }
        return total / rows;
    }

    /// <summary>Holds the pathwise gradient of the bound, by a parameter's first element, to differences with the same draws.</summary>
    public void AssertGradient(string name, Tensor x)
    {
        var parameter = Model.Weight(name);
        parameter.grad = null;
        Bound().backward(null!, retain_graph: false, create_graph: false, [parameter]);
        var gradient = parameter.grad![0].item<float>();
        const double step = 0.02;
        var (above, below) = (At(step), At(-2 * step));
        At(step);
        Assert.True(Math.Abs(gradient) > 1e-3, $"{gradient}: the test says nothing");
        Check.Close((above - below) / (2 * step), gradient, 0.02, 2e-3);

        Tensor Bound()
        {
            using var draws = new SeededNoise(6);
            return Model.Infer(new Batch(x), 50, new Progress(draws)).LogWeight.mean();
        }

        double At(double change)
        {
            using var frozen = no_grad();
            parameter[0].add_(change);
            return Bound().to_type(float64).item<double>();
        }
    }

    /// <summary>
    /// Holds importance weights to the mean p(x), and the bound to lie below log p(x) by some nats: else they say nothing.
    /// </summary>
    public void AssertUnbiased(Tensor x, long draws, double below, Noise noise)
    {
        using var frozen = no_grad();
        Statistics.AssertUnbiased(Model.Infer(new Batch(x), draws, new Progress(noise)).LogWeight.to_type(float64) - LogEvidence(x), below);
    }

    private void Set(string name, double[] values) => Model.Set(name, tensor(values).view(Model.Weight(name).shape));
}
