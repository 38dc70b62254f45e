using TorchSharp;
using VaeSharp.Flows;
using VaeSharp.Models;

namespace VaeSharp.Tests.Flows;

/// <summary>Small flows with random weights and biases.</summary>
internal static class FlowExamples
{
    public const long Features = 4;

    public static string[] Names => ["planar", "radial", "householder", "sylvester", "sylvester-triangular", "iaf"];

    public static Flow Make(string name, long latent, int layers = 3, ScalarType? dtype = null, double scale = 1)
    {
        var space = new LatentSpace(latent);
        Flow flow = name switch
        {
            "planar" => new PlanarFlow(Features, space, layers),
            "radial" => new RadialFlow(Features, space, layers),
            "householder" => new HouseholderFlow(Features, space, layers),
            "sylvester" => new SylvesterFlow(Features, space, layers, SylvesterBasis.Householder, reflections: 4),
            "sylvester-triangular" => new SylvesterFlow(Features, space, layers, SylvesterBasis.Triangular, reflections: 4),
            "iaf" => new InverseAutoregressiveFlow(Features, space, layers, [9, 7], context: 3),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
        return Filled(flow, dtype ?? float64, scale);
    }

    /// <summary>Weights as a model's begin, times a factor, and biases that are not zero.</summary>
    public static T Filled<T>(T module, ScalarType dtype, double scale = 1)
        where T : nn.Module
    {
        using var noise = new SeededNoise(11);
        module.Initialise(noise);
        using var frozen = no_grad();
        foreach (var parameter in module.parameters())
            parameter.copy_(scale * (parameter.dim() == 1 ? 0.5 * noise.Normal(parameter.shape, CPU) : parameter));
        module.to(dtype);
        return module;
    }

    /// <summary>
    /// g(z)/q(z) at draws z [N, Z] of q, for a normal density g among them: around one of the draws, with half the standard deviations and
    /// all the correlations. E_q [g/q] = 1 if q is the density of the draws.
    /// </summary>
    public static Tensor Ratio(Tensor z, Tensor logQ)
    {
        z = z.to_type(float64);
        var centered = z - z.mean([0L]);
        var root = 0.5 * linalg.cholesky(centered.t().mm(centered) / z.size(0));
        var epsilon = linalg.solve(root, (z - z[17]).t());                                       // [Z, N]
        var logG = -0.5 * (epsilon.square() + Math.Log(2 * Math.PI)).sum(dim: 0L) - root.diagonal().log().sum();
        var ratio = (logG - logQ.to_type(float64)).exp();
        Assert.True(Statistics.MeanOf(ratio).Error < 0.02, $"± {Statistics.MeanOf(ratio).Error}: the test would say nothing");
        return ratio;
    }

    /// <summary>Standard normal numbers in double precision.</summary>
    public static Tensor Normal(long seed, params long[] shape)
    {
        using var noise = new SeededNoise(seed);
        return noise.Normal(shape, CPU).to_type(float64);
    }
}
