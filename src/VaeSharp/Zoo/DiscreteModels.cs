using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;

namespace VaeSharp.Zoo;

/// <summary>Models whose codes are choices, or numbers of another kind than normal ones.</summary>
[ModelGroup("Discrete and other codes", 9)]
public static class DiscreteModels
{
    /// <summary>Codes are choices of categories, which a softmax makes smooth while the model trains.</summary>
    [Model("categorical-vae", Paper = "Jang, Gu and Poole 2017, Categorical Reparameterization with Gumbel-Softmax, arXiv:1611.01144",
        Formula = "−E log p(x|z) + KL(Cat(π(x)) ‖ Cat(1/K)),  z = softmax((log π + g)/τ)",
        OtherNames = ["gumbel-softmax-vae", "gumbel-vae", "concrete-vae", "cat-vae", "discrete vae"],
        Differs = "τ falls from 1 to 0.5 along a straight line over 7,000 steps, where the paper has max(0.5, exp(−10⁻⁴ t)), which is "
            + "within 0.05 of it. In PyTorch-VAE the least temperature is the first one, so that none of its annealing acts. Evaluation "
            + "decodes the choices themselves, and its bound is one on log p(x); while training, decoder and divergence have different "
            + "distributions, as in the paper, and the loss is no bound. The code of an example is π, between the corners.")]
    public static VaeSpec CategoricalVae => new()
    {
        Latent = 20,
        Posterior = new CategoricalPosteriorSpec(),
        Prior = new UniformCategoricalPriorSpec(),
    };

    /// <summary>Codes are zeros and ones, which a sigmoid makes smooth while the model trains.</summary>
    [Model("binary-vae", Paper = "Maddison, Mnih and Teh 2017, The Concrete Distribution: A Continuous Relaxation of Discrete Random "
            + "Variables, arXiv:1611.00712",
        Formula = "−E log p(x|z) + KL(Bern(σ(l(x))) ‖ Bern(½)),  z = σ((l + log u/(1 − u))/τ)",
        OtherNames = ["bernoulli-vae", "binary-concrete-vae", "bernoulli latent vae"],
        Differs = "τ falls from 1 to 0.5 as in Jang et al. 2017, and the divergence is theirs, of zeros and ones in closed form; Maddison "
            + "et al. have τ = 2/3 and, while training, the densities of the smooth numbers, which here --objective iwae has. Evaluation "
            + "decodes zeros and ones themselves.")]
    public static VaeSpec BinaryVae => new()
    {
        Latent = 200,
        Posterior = new BinaryPosteriorSpec(),
        Prior = new UniformBinaryPriorSpec(),
    };

    /// <summary>Codes have normal units and a choice of categories, each part with a capacity that grows while training.</summary>
    [Model("joint-vae", Paper = "Dupont 2018, Learning Disentangled Joint Continuous and Discrete Representations, arXiv:1804.00104",
        Formula = "−E log p(x|z, c) + γ_z |KL_z − C_z| + γ_c |KL_c − C_c|",
        OtherNames = ["jointvae", "joint continuous and discrete vae"],
        Differs = "As in the paper the temperature stays at 0.67, and both capacities grow to 5 nats over 25,000 steps, of which the "
            + "choice among ten takes log 10. Shorter trainings end below: five epochs of digits at 0.4 nats of each, so that images are "
            + "blurred on purpose. PyTorch-VAE lowers the temperature, but to a least one that is where it starts, so that it stays. "
            + "Evaluation draws the choices from π, where the paper's code takes the most likely one; validation has the capacities at "
            + "their ends always, so that its losses compare with each other and not with training's.")]
    public static VaeSpec JointVae => new()
    {
        Latent = 10,
        Posterior = new JointPosteriorSpec(),
        Prior = new JointPriorSpec(),
        Objective = new ElboSpec { Rate = new JointCapacityRate() },
    };

    /// <summary>Codes are positive numbers.</summary>
    [Model("gamma-vae",
        Paper = "Knowles 2015, Stochastic gradient variational Bayes for gamma approximating distributions, arXiv:1509.01631",
        Formula = "−E log p(x|z) + KL(∏ Γ(α(x), β(x)) ‖ ∏ Γ(2, 1))", OtherNames = ["gammavae", "gamma latent vae"],
        Differs = "Draws are exact, and so is their gradient, the implicit one of Figurnov et al. 2018; Knowles approximates the inverse "
            + "of the distribution function. The prior's α = 2 and β = 1 are PyTorch-VAE's.")]
    public static VaeSpec GammaVae => new() { Latent = 10, Posterior = new GammaPosteriorSpec(), Prior = new GammaPriorSpec() };

    /// <summary>Codes are shares, of which few are large: topics of an example.</summary>
    [Model("dirichlet-vae", Paper = "Joo et al. 2019, Dirichlet Variational Autoencoder, arXiv:1901.02739",
        Formula = "−E log p(x|z) + KL(Dir(α(x)) ‖ Dir(0.99, …, 0.99))", OtherNames = ["dirvae", "dirichlet variational autoencoder"],
        Differs = "Draws are exact, and so is their gradient, the implicit one of Figurnov et al. 2018; the paper inverts an approximation "
            + "of the gamma distribution function that is good for small α only. The divergence is that of Dirichlet distributions; the "
            + "paper's is that of the gamma draws before they are divided by their sum, which is larger. It begins slowly: on digits the "
            + "divergence was 4 nats after five epochs, when samples look alike, and 14 after ten.")]
    public static VaeSpec DirichletVae => new() { Latent = 50, Posterior = new DirichletPosteriorSpec(), Prior = new DirichletPriorSpec() };

    /// <summary>Codes are shares, made from normal numbers by a softmax.</summary>
    [Model("logistic-normal-vae",
        Paper = "Srivastava and Sutton 2017, Autoencoding Variational Inference for Topic Models, arXiv:1703.01488",
        Formula = "−E log p(x|z) + KL(N(μ(x), diag σ²(x)) ‖ N(0, I)),  z = softmax(Vu)",
        OtherNames = ["softmax-vae", "logistic normal vae"],
        Differs = "There is one normal number fewer than shares, so that the map to shares is one-to-one and the divergence of the normal "
            + "numbers is that of the shares; the paper has as many of both, and counts the divergence of one direction that changes no "
            + "share. The prior is the softmax of standard normal logits, where the paper fits one to a Dirichlet distribution; --prior "
            + "dirichlet has that itself, with the divergence estimated from draws. The paper's decoder is one product of words.")]
    public static VaeSpec LogisticNormalVae => new()
    {
        Latent = 20,
        Posterior = new LogisticNormalPosteriorSpec(),
        Prior = new LogisticNormalPriorSpec(),
    };
}
