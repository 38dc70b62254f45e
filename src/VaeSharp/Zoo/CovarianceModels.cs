using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>Models whose posterior is normal, with units that depend on each other.</summary>
[ModelGroup("Richer posteriors", 4)]
public static class CovarianceModels
{
    /// <summary>The posterior of each example has a covariance of its own.</summary>
    [Model("full-covariance-vae",
        Paper = "Kingma and Welling 2019, An Introduction to Variational Autoencoders, arXiv:1906.02691, section 2.5.1",
        Formula = "−E log p(x|z) + KL(N(μ(x), L(x) L(x)ᵀ) ‖ p(z))",
        OtherNames = ["full-covariance gaussian vae", "full-rank-vae", "cholesky-vae"],
        Differs = "The divergence has its closed form where the prior is normal with independent units; the paper's algorithm estimates it "
            + "from draws.")]
    public static VaeSpec FullCovarianceVae => new() { Latent = 10, Posterior = new FullCovariancePosteriorSpec() };
}
