using VaeSharp.Priors;

namespace VaeSharp.Zoo;

/// <summary>Models whose distribution of codes is learned.</summary>
[ModelGroup("Richer priors", 5)]
public static class PriorModels
{
    /// <summary>The prior is learned: autoregressive layers fit it to where the codes lie.</summary>
    [Model("flow-prior-vae", Paper = "Chen et al. 2017, Variational Lossy Autoencoder, arXiv:1611.02731 (its autoregressive flow prior)",
        Formula = "−E [log p(x|z) + log p(z) − log q(z|x)], log p(z) = log N(u; 0, I) + log|det ∂u/∂z|",
        OtherNames = ["af-prior", "maf-prior-vae", "vae-flow-prior"],
        Differs = "Chen et al. have it beside an autoregressive decoder; here the decoder is the plain one. A draw takes a pass for each "
            + "latent unit; with prior real-nvp it takes one.")]
    public static VaeSpec FlowPriorVae => new() { Latent = 10, Prior = new MafPriorSpec() };

    /// <summary>The prior is the mixture of the posteriors at pseudo-inputs, so that it stays close to the codes of the data.</summary>
    [Model("vamp-vae", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120",
        Formula = "−E log p(x|z) + E log q(z|x) − E log (1/K) Σ q(z|uₖ)",
        OtherNames = ["vamp", "vampprior", "vampprior-vae", "vae with a vampprior"],
        Differs = "The network is the plain fully connected one; the paper's has gated layers, which is --network gated-mlp. "
            + "500 pseudo-inputs as in the paper, where Pythae and PyTorch-VAE have 50. They start at 0.05 ± 0.01 of the data's range: "
            + "the published code's flag says −0.05, which its clipping to [0, 1] would leave without a gradient, and its data sets "
            + "replace it by 0.05. The divergence has its full weight from the start; the published code raises it over 100 epochs, "
            + "which is --beta linear:0..1@100epochs. New codes come from components that are drawn, where the published code goes "
            + "through the first ones and PyTorch-VAE draws from N(0, I).",
        Cost = "A step takes about three times as long as the plain model's: 500 pseudo-inputs pass the encoder beside the batch of 128, "
            + "and every code is compared with each.")]
    public static VaeSpec VampVae => new() { Latent = 40, Prior = new VampPriorSpec() };

    /// <summary>The prior is a mixture of normal distributions, which can keep kinds of examples apart.</summary>
    [Model("mixture-prior-vae", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120, section 2.2",
        Formula = "−E log p(x|z) + E log q(z|x) − E log Σ πₖ N(z; μₖ, diag σₖ²)",
        OtherNames = ["gmm-vae", "mog-vae", "mog-prior-vae", "gaussian mixture prior vae"],
        Differs = "The component is summed over exactly: no network infers it. So this is neither GMVAE (Dilokthanakul et al. 2016, "
            + "arXiv:1611.02648), which infers it beside a second code, nor VaDE (Jiang et al. 2017, arXiv:1611.05148), which fits the "
            + "mixture to the codes of a pretrained autoencoder first. The weights πₖ are learned; in the paper they are equal.")]
    public static VaeSpec MixturePriorVae => new() { Latent = 10, Prior = new MixturePriorSpec() };

    /// <summary>Means and variances of the prior are learned; its units stay independent.</summary>
    [Model("learned-prior-vae", Paper = "Hoffman and Johnson 2016, ELBO surgery: yet another way to carve up the variational evidence "
            + "lower bound, NIPS workshop",
        Formula = "−E log p(x|z) + KL(q(z|x) ‖ N(μ, diag σ²))", OtherNames = ["learnable prior vae", "diagonal-prior-vae"],
        Differs = "The paper says why a prior should be learned and leaves open which; this is the smallest. It has the same "
            + "distributions of data as the vae row, since the first layer of a decoder can shift and scale its codes, but trains along "
            + "another way.")]
    public static VaeSpec LearnedPriorVae => new() { Latent = 10, Prior = new DiagonalPriorSpec() };
}
