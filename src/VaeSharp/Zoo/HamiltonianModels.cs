using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>Models whose codes follow the gradient of the model's own density.</summary>
[ModelGroup("Posteriors that follow a gradient", 13)]
public static class HamiltonianModels
{
    /// <summary>Codes start where the encoder says, and move by Hamiltonian dynamics to where log p(x, z) is larger.</summary>
    [Model("hvae", Paper = "Caterini, Doucet and Sejdinovic 2018, Hamiltonian Variational Auto-Encoder, arXiv:1805.11328",
        Formula = "−E [log p(x, z_K) − ½‖ρ_K‖² − log q(z₀|x) + ½‖√β₀ ρ₀‖²]",
        OtherNames = ["hamiltonian-vae", "hamiltonian variational autoencoder"],
        Differs = "½‖√β₀ ρ₀‖² stands for its mean, half the number of units: the gradient is the same, and importance weights need it. "
            + "Pythae's position moves by the momentum before its half step, so that its map is no leapfrog; it cools nothing, since the "
            + "cooled momentum is overwritten; it draws with a softplus for σ and weighs with half the logarithm; its steps of 10⁻³ hardly "
            + "move and are not learned. Tempering is quadratic in 1/√β, as the paper has it; its code for images is so in 1/β.",
        Cost = "A step takes about twelve times as long as the plain model's: each of five leapfrog steps takes a gradient of the decoder, "
            + "which training differentiates again.")]
    public static VaeSpec Hamiltonian => new() { Latent = 64, Posterior = new HamiltonianPosteriorSpec() };

    /// <summary>Codes move so in a space whose distances are learned: far from the codes of data, everything is far apart.</summary>
    [Model("rhvae",
        Paper = "Chadebec, Mantoux and Allassonnière 2020, Geometry-Aware Hamiltonian Variational Auto-Encoder, arXiv:2010.11518",
        Formula = "−E [log p(x, z_K) + log N(ρ_K; 0, G(z_K)) − log q(z₀|x) − log N(ρ₀; 0, G(z₀)/β₀) + ½Z log β₀]",
        OtherNames = ["riemannian-hvae", "geometry-aware hvae", "riemannian hamiltonian variational autoencoder"],
        Differs = "While it trains, Pythae's metric has the batch's own examples for centroids, and afterwards those of its last batches; "
            + "here both have a hundred recent examples, which are buffers in the weights' file, and the example itself, so that examples "
            + "do not depend on each other and evaluation has the numbers of training. Its second implicit equation never puts the new "
            + "code into G, its momentum is drawn with another factor in training than G's, and its β₀ has no root. The encoder's features "
            + "yield the factors, where it has a second network of x. New codes are drawn from the prior or, by 'vae sample --from "
            + "metric', by Hamiltonian Monte Carlo with the density √det G⁻¹, as by its sampler and with its numbers, each walk by itself. "
            + "Its sampler's force has G LLᵀ (c − z) for tr(G LLᵀ) (c − z); it adds 10⁻¹⁰ to a root of a determinant, which in many units "
            + "is smaller or 0; and what it accepts by is a quotient of exponentials that may both be 0.",
        Cost = "A step takes seven to ten times as long as the plain model's: each of three leapfrog steps takes a gradient of the decoder "
            + "and solves two equations.")]
    public static VaeSpec RiemannianHamiltonian => new() { Latent = 10, Posterior = new RiemannianPosteriorSpec() };
}
