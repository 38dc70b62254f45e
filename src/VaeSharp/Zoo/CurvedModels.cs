using VaeSharp.Networks;
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

    /// <summary>Codes lie in hyperbolic space, which has room for trees: it grows with the distance from the root as leaves do.</summary>
    [Model("poincare-vae", Paper = "Mathieu et al. 2019, Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders, "
            + "arXiv:1901.06033; Nagano et al. 2019, A Wrapped Normal Distribution on Hyperbolic Space, arXiv:1902.02992",
        Formula = "−E log p(x|z) + E[log q(z|x) − log p(z)],  q = exp_μ(x) N(0, diag σ²(x)),  p = exp_0 N(0, I),  curvature −c",
        OtherNames = ["pvae", "poincaré vae", "hyperbolic-vae", "pseudo-hyperbolic gaussian", "lorentz-vae"],
        Differs = "A code is the direction of a point from the origin times its distance, not its place in the ball, where single "
            + "precision ends at the distance 17/√c: no draw is projected away from an edge, and densities are those of the draws. The "
            + "geodesic layer has the paper's factor ‖a‖, which its code leaves out, so that c → 0 gives the Euclidean model. The "
            + "Riemannian normal (posterior and prior 'riemannian-normal') has its normaliser by quadrature and its distances by exact "
            + "rejection, for σ from 10⁻³ to 10 in 1 to 512 dimensions, where the code's alternating sums hold σ to [0.1, 7]. Pythae's "
            + "default networks have neither the exponential map nor the geodesic layer, and σ = exp(½ ·) instead of softplus. Nagano et "
            + "al. write the same distribution on the hyperboloid, with c = 1 and fully connected layers (network 'mlp').")]
    public static VaeSpec PoincareVae => new()
    {
        Network = new GeodesicMlpSpec(),
        Posterior = new WrappedNormalPosteriorSpec { Curvature = 0.7 },
        Prior = new WrappedNormalPriorSpec(),
    };
}
