using VaeSharp.Priors;

namespace VaeSharp.Zoo;

/// <summary>Priors that a flow makes of noise.</summary>
[ModelGroup("Richer priors", 5)]
public static class FlowPriorModels
{
    /// <summary>The prior is learned: autoregressive layers fit it to where the codes lie.</summary>
    [Model("flow-prior-vae", Paper = "Chen et al. 2017, Variational Lossy Autoencoder, arXiv:1611.02731 (its autoregressive flow prior)",
        Formula = "−E [log p(x|z) + log p(z) − log q(z|x)], log p(z) = log N(u; 0, I) + log|det ∂u/∂z|",
        OtherNames = ["af-prior", "maf-prior-vae", "vae-flow-prior"],
        Differs = "Chen et al. have it beside an autoregressive decoder; here the decoder is the plain one. A draw takes a pass for each "
            + "latent unit; with prior real-nvp it takes one.")]
    public static VaeSpec FlowPriorVae => new() { Latent = 10, Prior = new MafPriorSpec() };
}
