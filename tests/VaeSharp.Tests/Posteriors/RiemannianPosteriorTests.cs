using VaeSharp.Models;
using VaeSharp.Posteriors;

namespace VaeSharp.Tests.Posteriors;

/// <summary>The Riemannian posterior: its weights, what it is where the space is flat, and its centroids.</summary>
public sealed class RiemannianPosteriorTests
{
    // Centroids where codes are.
    private static void Fill(Autoencoder model, Noise noise)
    {
        using var frozen = no_grad();
        foreach (var (name, buffer) in model.named_buffers())
            buffer.copy_((name.EndsWith("factors", StringComparison.Ordinal) ? 0.5 : 1) * noise.Normal(buffer.shape, CPU));
    }

    /// <summary>
    /// E p(x, z_K)/q = p(x) in the linear-Gaussian model: the momentum is paid for, the change of volume, and the metric at both ends. The
    /// equations are solved until it is so.
    /// </summary>
    [Theory, InlineData(1.0), InlineData(0.3)]
    public void Its_importance_weights_are_unbiased(double betaZero)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = new RiemannianPosteriorSpec
        {
            StepSize = 0.1 * betaZero,
            Iterations = 12,
            BetaZero = betaZero,
            Floor = 0.3,
            Centroids = 5,
        };
        var linear = new LinearGaussian(0.1, 1.3, spec);
        Fill(linear.Model, noise);
        linear.AssertUnbiased(linear.Draw(1, noise), draws: 50_000, below: 0.02, noise);
    }

    /// <summary>Where no centroid is felt and λ is 1 the space is flat, and this is the Hamiltonian posterior.</summary>
    [Fact]
    public void In_a_flat_space_it_is_the_hamiltonian_posterior()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var flat = new LinearGaussian(0.2, 1.2, new RiemannianPosteriorSpec { StepSize = 0.25, BetaZero = 1, Floor = 1, Reach = 1e-3 });
        var plain = new LinearGaussian(0.2, 1.2, new HamiltonianPosteriorSpec { Steps = 3, StepSize = 0.25, Tempering = Tempering.None });
        var x = plain.Draw(4, noise);
        Tensor[] draws = [noise.Normal([3, 4, LinearGaussian.Z], CPU), noise.Normal([3, 4, LinearGaussian.Z], CPU)];
        var expected = plain.Model.Infer(new Batch(x), 3, new Progress(new ReplayedNoise(draws)));
        var found = flat.Model.Infer(new Batch(x), 3, new Progress(new ReplayedNoise(draws)));
        Check.Close(expected.Codes, found.Codes, 1e-4, 1e-4);
        Check.Close(expected.LogWeight, found.LogWeight, 1e-4, 1e-3);
    }

    /// <summary>Pathwise gradients of the bound, through the metric and both implicit equations, are finite differences of it.</summary>
    [Theory]
    [InlineData("posterior.mean.bias")]
    [InlineData("posterior.logDiagonal.bias")]
    [InlineData("posterior.lower.bias")]
    [InlineData("decoder.output.bias")]
    public void Gradients_are_finite_differences_of_the_bound(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var linear = new LinearGaussian(0.3, 1.3, new RiemannianPosteriorSpec { StepSize = 0.15, Floor = 0.3, Centroids = 5 });
        var x = linear.Draw(8, noise);
        Fill(linear.Model, noise);
        linear.AssertGradient(name, x);
    }
}
