using VaeSharp.Hierarchies;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Support;

/// <summary>
/// The hierarchy whose evidence is known: z₃ ~ N(0, 1); z₂ = bz₃ + e + tε and z₁ = a ⊙ z₂ + c + s ⊙ ε of two units each; x = Wz₁ + d + σε
/// with orthogonal columns of W. A ladder without hidden layers is this model, and its posteriors, joined by their precisions, can be
/// exact.
/// </summary>
internal sealed class LinearLadder
{
    public const int D = 6;
    private const double Sigma = 0.7;
    private static readonly double[][] W = [[1, 1, 0, 1, 1, 0], [0.5, -0.5, 1, 0, 0, -1]];
    private static readonly double[] Bias = [0.3, -0.2, 0.5, 0, -1, 0.8];

    /// <summary>Makes the model.</summary>
    /// <param name="shift">How far what the encoder says of z₁ and z₂ is from what x says of them.</param>
    public LinearLadder(double shift = 0)
    {
        using var noise = new SeededNoise(1);
        Model = new VaeSpec
        {
            Latent = 2,
            Network = new MlpSpec { Hidden = [] },
            Likelihood = new GaussianLikelihoodSpec { Sigma = Sigma, Mean = MeanLink.Identity },
            Hierarchy = new LadderSpec { Above = [2, 1], Layers = 0 },
        }.Build(new DataSpec(D) { Low = double.NegativeInfinity, High = double.PositiveInfinity }, noise);

        Set("decoder.output", Enumerable.Range(0, D).SelectMany(i => W.Select(w => w[i])), Bias);
        Head("hierarchy.generation.0", [A[0], 0, 0, A[1]], C, S.Select(s => s * s));
        Head("hierarchy.generation.1", B, E, T.Select(t => t * t));
        // The means are linear in x: their weights are differences, and their biases what they are at 0.
        var (at0, units) = (Messages(new double[D]), Enumerable.Range(0, D).Select(i => Messages(Unit(i))).ToArray());
        string[] names = ["hierarchy.recognition.messages.0", "hierarchy.recognition.messages.1", "posterior"];
        for (var level = 0; level < 3; level++)
        {
            var mean = at0[level].Mean;
            Head(names[level], mean.SelectMany((m, j) => units.Select(unit => unit[level].Mean[j] - m)),
                mean.Select(m => m + (level < 2 ? shift : 0)), at0[level].Variance);
        }
    }

    public static double[] A => [0.8, -1.1];

    public static double[] B => [0.7, 1.2];

    public static double[] C => [0.2, -0.3];

    public static double[] E => [-0.4, 0.1];

    public static double[] S => [0.5, 0.9];

    public static double[] T => [0.6, 0.8];

    public Autoencoder Model { get; }

    /// <summary>Examples, which need not be draws of the model: [count, D].</summary>
    public static Tensor Examples(long count, Noise noise) => 2 * noise.Normal([count, D], CPU);

    /// <summary>log p(x) of each example, in double precision and by nothing of the library: [N].</summary>
    public static Tensor LogEvidence(Tensor x)
    {
        var (w, a) = (tensor(W.SelectMany(column => column).ToArray()).view(2, D).t(), tensor(A));
        var inner = tensor(T).square().diag() + tensor(B).outer(tensor(B));                      // Cov z₂
        var covariance = tensor(S).square().diag() + a.unsqueeze(1) * inner * a;                 // Cov z₁
        var mean = tensor(Bias) + w.mv(tensor(C) + a * tensor(E));
        var factor = linalg.cholesky(w.mm(covariance).mm(w.t()) + Sigma * Sigma * eye(D, dtype: float64));
        var white = linalg.solve_triangular(factor, (x.to_type(float64) - mean).t(), upper: false);
        return -0.5 * white.square().sum(dim: 0L) - factor.diagonal().log().sum() - 0.5 * D * Math.Log(2 * Math.PI);
    }

    /// <summary>What x says of z₁ and z₂ as likelihoods, up to a factor, and the exact posterior of z₃.</summary>
    private static (double[] Mean, double[] Variance)[] Messages(double[] x)
    {
        var (m1, v1, m2, v2) = (new double[2], new double[2], new double[2], new double[2]);
        var (precision, weighted) = (1.0, 0.0);                                                  // of p(z₃)
        for (var j = 0; j < 2; j++)
        {
            var length = W[j].Sum(w => w * w);
            m1[j] = W[j].Select((w, i) => w * (x[i] - Bias[i])).Sum() / length;
            v1[j] = Sigma * Sigma / length;
            m2[j] = (m1[j] - C[j]) / A[j];
            v2[j] = (v1[j] + S[j] * S[j]) / (A[j] * A[j]);
            var v3 = v2[j] + T[j] * T[j];
            precision += B[j] * B[j] / v3;
            weighted += B[j] * (m2[j] - E[j]) / v3;
        }
        return [(m1, v1), (m2, v2), ([weighted / precision], [1 / precision])];
    }

    private static double[] Unit(int i) => [.. Enumerable.Range(0, D).Select(k => k == i ? 1.0 : 0)];

    private void Head(string name, IEnumerable<double> weight, IEnumerable<double> bias, IEnumerable<double> variance)
    {
        Set($"{name}.mean", weight, bias);
        Set($"{name}.logVar", weight.Select(_ => 0.0), variance.Select(v => Math.Log(v)));
    }

    private void Set(string name, IEnumerable<double> weight, IEnumerable<double> bias)
    {
        Model.Set($"{name}.weight", tensor(weight.ToArray()).view(Model.Weight($"{name}.weight").shape));
        Model.Set($"{name}.bias", tensor(bias.ToArray()));
    }
}
