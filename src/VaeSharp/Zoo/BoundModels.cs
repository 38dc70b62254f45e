using VaeSharp.Objectives;

namespace VaeSharp.Zoo;

/// <summary>
/// Models with another bound than the evidence lower bound, or another estimator of its gradient. Their papers have 50 latent units.
/// </summary>
[ModelGroup("Other bounds and gradients", 2)]
public static class BoundModels
{
    private const string Few = "A step takes more than twice as long as the plain model's: each example is decoded five times.";
    private const string Many = " times as long as the plain model's: each example is decoded 64 times.";

    /// <summary>Several importance-weighted bounds, averaged, so that the encoder's gradient is clear too.</summary>
    [Model("miwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
        Formula = "−E (1/M) Σₘ log (1/K) Σₖ p(x, zₘₖ) / q(zₘₖ|x)", OtherNames = ["multiply importance weighted autoencoder"],
        Differs = "Pythae sums over the M bounds and averages over the K samples, so that its M and K are exchanged. The MIWAE of Mattei "
            + "and Frellsen 2019, for missing data, is another model.",
        Cost = "A step takes about fifteen" + Many)]
    public static VaeSpec Miwae => new() { Latent = 50, Objective = new MiwaeSpec() };

    /// <summary>The decoder follows the tight bound of all draws, the encoder the average of bounds of few.</summary>
    [Model("piwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
        Formula = "decoder: −E log (1/MK) Σ w;  encoder: −E (1/M) Σₘ log (1/K) Σₖ wₘₖ",
        OtherNames = ["partially importance weighted autoencoder"],
        Differs = "In Pythae the encoder gets the decoder's gradient on top of its own. The loss that is reported is the decoder's, the "
            + "tighter bound.",
        Cost = "A step takes about 27 times as long as the plain model's: each example is decoded 64 times, and the two players go back "
            + "through that one behind the other.")]
    public static VaeSpec Piwae => new() { Latent = 50, Objective = new PiwaeSpec() };

    /// <summary>A mean of the evidence lower bound and the importance-weighted bound.</summary>
    [Model("ciwae", Paper = "Rainforth et al. 2018, Tighter Variational Bounds are Not Necessarily Better, arXiv:1802.04537",
        Formula = "−E [β (1/K) Σ log wₖ + (1 − β) log (1/K) Σ wₖ]", OtherNames = ["combination importance weighted autoencoder"],
        Differs = "β is 0.05, one of the paper's two; Pythae's default is 0.5.",
        Cost = "A step takes about sixteen" + Many)]
    public static VaeSpec Ciwae => new() { Latent = 50, Objective = new CiwaeSpec() };

    /// <summary>
    /// A bound from Rényi's divergence, between the evidence lower bound (α = 1) and the importance-weighted one (α = 0).
    /// </summary>
    [Model("renyi-vae", Paper = "Li and Turner 2016, Rényi Divergence Variational Inference, arXiv:1602.02311",
        Formula = "−1/(1 − α) E log (1/K) Σ wₖ^(1 − α)", OtherNames = ["vr-vae", "alpha-vae", "rényi-vae"],
        Differs = "α is 0.5; the paper's autoencoders have 1, 0 and −∞, which are the rows vae, iwae and vr-max. All draws are passed "
            + "back, each with its weight; the paper also has an estimator that passes back one, chosen by its weight.",
        Cost = Few)]
    public static VaeSpec Renyi => new() { Latent = 50, Objective = new RenyiSpec() };

    /// <summary>Of several draws the one with the largest weight counts: Rényi's bound at α = −∞.</summary>
    [Model("vr-max", Paper = "Li and Turner 2016, Rényi Divergence Variational Inference, arXiv:1602.02311",
        Formula = "−E maxₖ log p(x, zₖ) / q(zₖ|x)", OtherNames = ["renyi-max-vae"],
        Differs = "It is no lower bound: its loss can be below the negative log evidence.",
        Cost = Few)]
    public static VaeSpec VrMax => new() { Latent = 50, Objective = new VrMaxSpec() };

    /// <summary>The variational autoencoder with a gradient that has no noise where the posterior is exact.</summary>
    [Model("vae-stl", Paper = "Roeder, Wu and Duvenaud 2017, Sticking the Landing, arXiv:1703.09194",
        Formula = "−E [log p(x, z) − log q(z|x)], with ∂ log q(z|x) / ∂z alone", OtherNames = ["stl", "sticking the landing"],
        Differs = "The divergence is estimated from the draw even where it has a closed form, since the noise of both terms cancels only "
            + "then.")]
    public static VaeSpec StickingVae => new() { Latent = 50, Objective = new StickingElboSpec() };

    /// <summary>The importance-weighted autoencoder with the path derivative alone, which has less noise and a bias.</summary>
    [Model("iwae-stl", Paper = "Roeder, Wu and Duvenaud 2017, Sticking the Landing, arXiv:1703.09194",
        Formula = "−E log (1/K) Σ wₖ;  encoder: Σ w̃ₖ ∂ log wₖ / ∂zₖ · ∂zₖ / ∂φ",
        OtherNames = ["sticking the landing IWAE", "path derivative IWAE"],
        Differs = "The encoder's gradient is biased, as Tucker et al. 2019 found; iwae-dreg has one that is not.",
        Cost = Few)]
    public static VaeSpec StickingIwae => new() { Latent = 50, Objective = new StickingIwaeSpec() };

    /// <summary>The importance-weighted autoencoder with an encoder's gradient that gets clearer with more draws.</summary>
    [Model("iwae-dreg",
        Paper = "Tucker et al. 2019, Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives, arXiv:1810.04152",
        Formula = "−E log (1/K) Σ wₖ;  encoder: Σ w̃ₖ² ∂ log wₖ / ∂zₖ · ∂zₖ / ∂φ", OtherNames = ["dreg", "doubly reparameterized"],
        Differs = "The loss that is reported is the bound, not the surrogate whose gradient implementations take. Both sides' gradients "
            + "come from one backward pass.",
        Cost = "A step takes about seventeen" + Many)]
    public static VaeSpec DregIwae => new() { Latent = 50, Objective = new DregIwaeSpec() };

    /// <summary>Rényi's bound with an encoder's gradient that gets clearer with more draws.</summary>
    [Model("renyi-dreg",
        Paper = "Daudel et al. 2023, Alpha-divergence Variational Inference Meets Importance Weighted Auto-Encoders, arXiv:2210.06226",
        Formula = "−1/(1 − α) E log (1/K) Σ wₖ^(1 − α);  encoder: Σ (α w̃ₖ + (1 − α) w̃ₖ²) ∂ log wₖ / ∂zₖ · ∂zₖ / ∂φ,  "
            + "w̃ ∝ w^(1 − α)",
        OtherNames = ["vr-iwae-dreg", "vr-iwae"],
        Differs = "The paper's bound, of which renyi-vae has the plain gradient; α is 0.5. Both sides' gradients come from "
            + "one backward pass, and the loss that is reported is the bound.",
        Cost = "A step takes about seventeen" + Many)]
    public static VaeSpec DregRenyi => new() { Latent = 50, Objective = new DregRenyiSpec() };
}
