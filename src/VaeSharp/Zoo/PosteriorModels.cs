using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>Models whose posterior is more than independent normal units.</summary>
[ModelGroup("Richer posteriors", 4)]
public static class PosteriorModels
{
    /// <summary>The posterior of each example has a covariance of its own.</summary>
    [Model("full-covariance-vae",
        Paper = "Kingma and Welling 2019, An Introduction to Variational Autoencoders, arXiv:1906.02691, section 2.5.1",
        Formula = "−E log p(x|z) + KL(N(μ(x), L(x) L(x)ᵀ) ‖ p(z))",
        OtherNames = ["full-covariance gaussian vae", "full-rank-vae", "cholesky-vae"],
        Differs = "The divergence has its closed form where the prior is normal with independent units; the paper's algorithm estimates it "
            + "from draws.")]
    public static VaeSpec FullCovarianceVae => new() { Latent = 10, Posterior = new FullCovariancePosteriorSpec() };

    /// <summary>The posterior is bent along planes, so that it can have skew and more than one mode.</summary>
    [Model("planar-vae", Paper = "Rezende and Mohamed 2015, Variational Inference with Normalizing Flows, arXiv:1505.05770",
        Formula = "−E [log p(x|z_K) + log p(z_K) − log q₀(z₀|x) + Σ log|det ∂f_k/∂z|]",
        OtherNames = ["vae-linnf", "vae-nf", "linear-nf-vae", "normalizing flow VAE", "planar flow VAE"],
        Differs = "The maps' parameters depend on x, and 1 + wᵀu > 0 is enforced, as in the paper; Pythae's are the same for all x and may "
            + "fold space over, and its determinant has 10⁻⁴ added. The paper's m(x) is shifted so that m(0) = 0, since û has no bound "
            + "near w = 0 without that.")]
    public static VaeSpec PlanarVae => new() { Latent = 10, Posterior = new PlanarPosteriorSpec() };

    /// <summary>The posterior is drawn together or pushed apart around points.</summary>
    [Model("radial-vae", Paper = "Rezende and Mohamed 2015, Variational Inference with Normalizing Flows, arXiv:1505.05770",
        Formula = "−E [log p(x|z_K) + log p(z_K) − log q₀(z₀|x) + Σ log|det ∂f_k/∂z|]", OtherNames = ["radial flow VAE"],
        Differs = "The maps' parameters depend on x, as in the paper; Pythae's are the same for all x.")]
    public static VaeSpec RadialVae => new() { Latent = 10, Posterior = new RadialPosteriorSpec() };

    /// <summary>The posterior is bent along all directions at once.</summary>
    [Model("sylvester-vae", Paper = "van den Berg et al. 2018, Sylvester Normalizing Flows for Variational Inference, arXiv:1803.05649",
        Formula = "−E [log p(x|z_K) + log p(z_K) − log q₀(z₀|x) + Σ log|det ∂f_k/∂z|]", OtherNames = ["snf", "snf-vae", "h-snf", "t-snf"],
        Differs = "The diagonals of R and R̃ are 0.999 tanh(·), not tanh(·), which is 1 in single precision from 10 on: products stay "
            + "above −1. The paper's variant with fewer columns than units is left out: its Q is orthogonal only as far as an iteration "
            + "converged.",
        Cost = "A step takes a little more than twice as long as the plain model's: every example has three matrices of its own for each "
            + "layer, which the encoder yields and which are multiplied before they meet a code.")]
    public static VaeSpec SylvesterVae => new() { Latent = 10, Posterior = new SylvesterPosteriorSpec() };

    /// <summary>The posterior is a normal one that reflections turn, so that its units depend on each other.</summary>
    [Model("householder-vae",
        Paper = "Tomczak and Welling 2016, Improving Variational Auto-Encoders using Householder Flow, arXiv:1611.09630",
        Formula = "−E [log p(x|z_T) + log p(z_T) − log q₀(z₀|x)]", OtherNames = ["vae-hf", "householder flow VAE"],
        Differs = "Reflections leave the standard normal prior as it is, so the divergence is that of q₀, in closed form: no draw is "
            + "needed for it.")]
    public static VaeSpec HouseholderVae => new() { Latent = 10, Posterior = new HouseholderPosteriorSpec() };

    /// <summary>Autoregressive steps, led by the encoder, make the posterior as flexible as their networks.</summary>
    [Model("vae-iaf", Paper = "Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, arXiv:1606.04934",
        Formula = "−E [log p(x|z_T) + log p(z_T) − log q₀(z₀|x) + Σ log σ_t]",
        OtherNames = ["iaf", "iaf-vae", "inverse autoregressive flow"],
        Differs = "Steps have the paper's gate, and networks its context h(x); Pythae's have neither, so that its flow is the same for all "
            + "x.")]
    public static VaeSpec VaeIaf => new() { Latent = 10, Posterior = new IafPosteriorSpec() };
}
