using VaeSharp.Posteriors;
using VaeSharp.Priors;

namespace VaeSharp.Zoo;

/// <summary>Models whose codes are points of a curved space.</summary>
[ModelGroup("Curved codes", 10)]
public static class CurvedModels
{
    private const string Size = "The latent size is the number m of coordinates, so that the sphere has m − 1 dimensions: the paper's d, "
            + "at which models with as many degrees of freedom compare, is m − 1.";

    /// <summary>Codes lie on a sphere, over which they can spread evenly: no origin draws them together.</summary>
    [Model("s-vae", Paper = "Davidson et al. 2018, Hyperspherical Variational Auto-Encoders, arXiv:1804.00891",
        Formula = "−E log p(x|z) + KL(vMF(μ(x), κ(x)) ‖ U(S^{m−1})),  KL = κ A(κ) + log C_m(κ) |S^{m−1}|",
        OtherNames = ["svae", "hyperspherical VAE", "hyperspherical-vae", "vmf-vae", "spherical-vae"],
        Differs = Size + " Heights of draws have their exact pathwise gradient, by implicit differentiation, where the paper has a "
            + "score-function term for the rejected proposals. κ is softplus + 1 everywhere; Pythae's evaluation leaves the 1 out. "
            + "Bessel functions are ours, in double precision, from κ = 10⁻³ to 10⁶. In three dimensions draws have a closed form.")]
    public static VaeSpec SphericalVae => new()
    {
        Latent = 6,
        Posterior = new VonMisesFisherPosteriorSpec(),
        Prior = new UniformSpherePriorSpec(),
    };

    /// <summary>Codes lie on a sphere, by a distribution whose density and divergence need no Bessel function.</summary>
    [Model("power-spherical-vae", Paper = "De Cao and Aziz 2020, The Power Spherical Distribution, arXiv:2006.04437",
        Formula = "−E log p(x|z) + KL(PowerSpherical(μ(x), κ(x)) ‖ U(S^{m−1}))",
        OtherNames = ["power spherical", "ps-vae"],
        Differs = Size + " The heights, which have a Beta distribution, are drawn from the same envelope as those of the von Mises–Fisher "
            + "distribution, and have their exact pathwise gradient; in three dimensions they have a closed form.")]
    public static VaeSpec PowerSphericalVae => SphericalVae with { Posterior = new PowerSphericalPosteriorSpec() };
}
