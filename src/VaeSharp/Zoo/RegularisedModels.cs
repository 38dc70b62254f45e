using VaeSharp.Likelihoods;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>Models that ask something of all codes together: independent units, or the prior's distribution.</summary>
[ModelGroup("Penalties on the codes", 3)]
public static class RegularisedModels
{
    // With it the negative log likelihood is the squared error ‖x − x̂‖², up to a constant.
    internal static GaussianLikelihoodSpec SquaredError => new() { Sigma = Math.Sqrt(0.5) };

    /// <summary>The divergence is taken apart, and the total correlation of the codes weighs more than the rest.</summary>
    [Model("beta-tc-vae", Paper = "Chen et al. 2018, Isolating Sources of Disentanglement in Variational Autoencoders, arXiv:1802.04942",
        Formula = "−E log p(x|z) + α I(x; z) + β TC(q(z)) + γ Σⱼ KL(q(zⱼ) ‖ p(zⱼ))",
        OtherNames = ["btcvae", "tc-vae", "β-TCVAE", "total correlation vae"],
        Differs = "The bound has the divergence in closed form, and the penalty adds β − 1 times the estimated total correlation: with α "
            + "= β = γ = 1 this is the variational autoencoder itself. β is 6, the paper's on dSprites. The estimate is the "
            + "minibatch-weighted one, as in the paper's experiments: its gradient is good, but the logged mutual information is too "
            + "high by log B to log N, and the total correlation by (Z − 1) log N to Z log N − log B. With --sampling stratified they "
            + "are near the truth; its weights stand on the diagonal there, where widely copied code fills the first column, and the "
            + "mean over its random choice is taken. Log weights of the joint density are added once, not once for each unit.")]
    public static VaeSpec BetaTcVae => new() { Latent = 10, Penalties = [new TotalCorrelationSpec()] };

    /// <summary>The covariance of the codes' means is drawn to the identity.</summary>
    [Model("dip-vae-1", Paper = "Kumar, Sattigeri and Balakrishnan 2018, Variational Inference of Disentangled Latent Concepts from "
            + "Unlabeled Observations, arXiv:1711.00848",
        Formula = "−E log p(x|z) + KL(q(z|x) ‖ p(z)) + λ_od Σ_{i≠j} Cov(μ)ᵢⱼ² + λ_d Σᵢ (Cov(μ)ᵢᵢ − 1)²",
        OtherNames = ["dip-vae", "dip-vae-i"],
        Differs = "The covariance is over the batch and divided by its size; in PyTorch-VAE it is over the units of each example, and not "
            + "divided. The paper chooses λ_od by the data set and λ_d as ten times it; 10 and 100 here are one such choice.")]
    public static VaeSpec DipVaeOne => new() { Latent = 10, Penalties = [new DipOneSpec()] };

    /// <summary>The covariance of the codes, means and spread, is drawn to the identity.</summary>
    [Model("dip-vae-2", Paper = "Kumar, Sattigeri and Balakrishnan 2018, Variational Inference of Disentangled Latent Concepts from "
            + "Unlabeled Observations, arXiv:1711.00848",
        Formula = "−E log p(x|z) + KL(q(z|x) ‖ p(z)) + λ_od Σ_{i≠j} Cᵢⱼ² + λ_d Σᵢ (Cᵢᵢ − 1)²,  C = Cov(μ) + E[diag σ²]",
        OtherNames = ["dip-vae-ii"],
        Differs = "The diagonal has the mean of σ²; in PyTorch-VAE it is exp(2 log σ²), which is σ⁴. The paper chooses λ_od "
            + "by the data set and λ_d equal to it; 10 for both here is one such choice. PyTorch-VAE has 5 and 10, and in its settings "
            + "0.1 and 0.05.")]
    public static VaeSpec DipVaeTwo => new() { Latent = 10, Penalties = [new DipTwoSpec()] };

    /// <summary>The codes of all examples together are drawn to the prior, so that single ones may be far from it.</summary>
    [Model("info-vae", Paper = "Zhao, Song and Ermon 2019, InfoVAE: Balancing Learning and Inference in Variational Autoencoders, "
            + "arXiv:1706.02262",
        Formula = "−E log p(x|z) + (1 − α) KL(q(z|x) ‖ p(z)) + (α + λ − 1) MMD²(q(z), p(z))", OtherNames = ["mmd-vae", "info-vae-mmd"],
        Differs = "α = 0 and λ = 1000, the paper's for MNIST: the bound has rate 1 and the penalty weight 999. With Pythae's defaults (α "
            + "= 0, λ = 0.001) that weight is negative. The kernel is the paper's code's, exp(−‖a − b‖²/Z²); its estimate is biased, this "
            + "one is not. The kernel's scale is Z/2, which is 5 for the 10 units here: with another number of units give it another.")]
    public static VaeSpec InfoVae => new()
    {
        Latent = 10,
        Penalties = [new MeanDiscrepancySpec { Weight = 999, Kernel = new RbfKernel { Scales = [5] } }],
    };

    /// <summary>The Wasserstein autoencoder: codes without spread, whose distribution is drawn to the prior's by a kernel.</summary>
    [Model("wae-mmd", Paper = "Tolstikhin et al. 2018, Wasserstein Auto-Encoders, arXiv:1711.01558",
        Formula = "‖x − D(f(x))‖² + λ MMD²(q(z), p(z))",
        OtherNames = ["wae", "wasserstein autoencoder"],
        Differs = "λ = 10 is the paper's for MNIST, beside the squared error itself; the official code multiplies that by 0.05, so that "
            + "its λ counts twenty times as much. The kernel is the official code's, a sum over seven scales, where the paper has "
            + "one of them: MMD² is up to seven times as large. The loss has the constant of a normal density with σ² = ½.")]
    public static VaeSpec WaeMmd => new()
    {
        Latent = 8,
        Posterior = new PointPosteriorSpec(),
        Likelihood = SquaredError,
        Objective = new ReconstructionSpec(),
        Penalties = [new MeanDiscrepancySpec()],
    };

    /// <summary>Codes without spread, whose distribution is drawn to the prior's along random lines.</summary>
    [Model("swae", Paper = "Kolouri et al. 2018, Sliced-Wasserstein Autoencoder, arXiv:1804.01947",
        Formula = "−log p(x|f(x)) + λ SW₂²(q(z), p(z))",
        OtherNames = ["sliced-wasserstein autoencoder"],
        Differs = "λ = 7840 is the official code's 10, taken from a mean over 784 pixels to a sum; for other sizes take 10 for each "
            + "element. The distance is the mean over lines and sorted pairs; PyTorch-VAE divides it once more by N(N − 1). The prior is "
            + "normal where the paper's pictures have a ring or a disc, and the reconstruction term is a likelihood, where the paper's "
            + "code adds the absolute error to it. In five epochs of digits the distance came down to that of two draws of 128 codes "
            + "from one normal distribution, about 0.04, which λ makes 340 nats, twice the reconstruction: images are smeared. Batches "
            + "of 500 for as many epochs were no better.")]
    public static VaeSpec Swae => new()
    {
        Posterior = new PointPosteriorSpec(),
        Objective = new ReconstructionSpec(),
        Penalties = [new SlicedWassersteinSpec()],
    };
}
