using VaeSharp.Conditions;
using VaeSharp.Likelihoods;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>The first models: one bound or one term apart from the variational autoencoder.</summary>
[ModelGroup("Classics", 1)]
public static class ClassicModels
{
    /// <summary>The autoencoder that is not variational: a code without spread, reconstruction alone.</summary>
    [Model("ae", Paper = "Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks, Science 313",
        Formula = "−log p(x|f(x))", OtherNames = ["autoencoder", "auto-encoder"],
        Differs = "The paper trains the layers one by one first; here all move together. The loss is a likelihood's, by default the "
            + "cross-entropy, as in the paper; Pythae has the squared error.")]
    public static VaeSpec Autoencoder => new() { Posterior = new PointPosteriorSpec(), Objective = new ReconstructionSpec() };

    /// <summary>The variational autoencoder.</summary>
    [Model("vae", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114",
        Formula = "−E log p(x|z) + KL(q(z|x) ‖ p(z))",
        OtherNames = ["variational autoencoder", "variational auto-encoder", "AEVB", "vanilla VAE"],
        Differs = "Reconstruction and divergence are sums over pixels and units, in nats. PyTorch-VAE has means over both and a weight of "
            + "0.00025 on the divergence, which is another balance for each size of image. The network is the one of the Keras examples, "
            + "512 units and a code of two; the paper has 500 and up to 200.")]
    public static VaeSpec Vae => new();

    /// <summary>A weight β above 1 on the divergence presses the code towards independent units.</summary>
    [Model("beta-vae",
        Paper = "Higgins et al. 2017, beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework, ICLR",
        Formula = "−E log p(x|z) + β KL(q(z|x) ‖ p(z))", OtherNames = ["β-VAE"],
        Differs = "β is 4; Pythae's default is 1, which is the variational autoencoder itself. β weighs sums over pixels and units, as in "
            + "the paper; in PyTorch-VAE it is beside a mean over pixels.")]
    public static VaeSpec BetaVae => new() { Latent = 10, Objective = new ElboSpec { Rate = new WeightedRate { Beta = 4 } } };

    /// <summary>The divergence is led along a capacity that grows while training.</summary>
    [Model("disentangled-beta-vae", Paper = "Burgess et al. 2018, Understanding disentangling in β-VAE, arXiv:1804.03599",
        Formula = "−E log p(x|z) + γ |KL(q(z|x) ‖ p(z)) − C|", OtherNames = ["annealed VAE", "capacity VAE", "β-VAE B"],
        Differs = "|KL − C| is of the mean over the batch; Pythae has it of each example. C moves with every step; in Pythae with every "
            + "epoch, and in PyTorch-VAE validation moves it too. C grows over 100,000 steps, and shorter trainings end below 25 nats: "
            + "while C is half a nat, all images are nearly one. "
            + "validation has C at its end always, so that its losses compare with each other and not with those of training.")]
    public static VaeSpec DisentangledBetaVae => new() { Latent = 10, Objective = new ElboSpec { Rate = new CapacityRate() } };

    /// <summary>A Gaussian decoder whose noise is the best for each batch, so that reconstruction and divergence need no weight.</summary>
    [Model("sigma-vae", Paper = "Rybkin et al. 2021, Simple and Effective VAE Training with Calibrated Decoders, arXiv:2006.13202",
        Formula = "D/2 log MSE(x) + KL(q(z|x) ‖ p(z)) + constant", OtherNames = ["σ-VAE", "optimal sigma VAE"],
        Differs = "σ² is the mean squared error of the whole batch in training; evaluation and sampling have its running average, so that "
            + "an example's likelihood depends on no other there.")]
    public static VaeSpec SigmaVae => new() { Likelihood = new OptimalGaussianLikelihoodSpec() };

    /// <summary>The importance-weighted autoencoder: a tighter bound from several draws.</summary>
    [Model("iwae", Paper = "Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders, arXiv:1509.00519",
        Formula = "−E log (1/K) Σ p(x, zₖ) / q(zₖ|x)", OtherNames = ["importance weighted autoencoder"],
        Differs = "The loss that is reported is the bound; Pythae reports −Σ w̃ₖ log wₖ, which is lower by up to log K nats. PyTorch-VAE "
            + "has the sign of log w exchanged, so that the worst draw counts most, and the divergence's closed form in it.",
        Cost = "A step takes more than twice as long as the plain model's: each example is decoded five times.")]
    public static VaeSpec Iwae => new() { Latent = 50, Objective = new IwaeSpec() };

    /// <summary>Total correlation, told by a critic, is taken from the aggregate posterior.</summary>
    [Model("factor-vae", Paper = "Kim and Mnih 2018, Disentangling by Factorising, arXiv:1802.05983",
        Formula = "−E log p(x|z) + KL(q(z|x) ‖ p(z)) + γ TC(q(z))", OtherNames = ["FactorVAE"],
        Differs = "γ is 35, the paper's on dSprites; Pythae's default is 2. The critic's loss reaches the critic alone; in Pythae the "
            + "encoder gets its gradient too. Units are shuffled over the batch; PyTorch-VAE shuffles those of each code among "
            + "themselves.",
        Cost = "A step takes about ten times as long as the plain model's: the paper's critic has six layers of 1,000 units, more than the "
            + "model itself, and sees three batches.")]
    public static VaeSpec FactorVae => new() { Latent = 10, Penalties = [new DensityRatioSpec()] };

    /// <summary>The variational autoencoder that is told the label: it draws the digit that one asks for.</summary>
    [Model("cvae",
        Paper = "Sohn, Lee and Yan 2015, Learning Structured Output Representation using Deep Conditional Generative Models, NeurIPS",
        Formula = "−E log p(x|z, y) + KL(q(z|x, y) ‖ p(z))", OtherNames = ["conditional VAE", "conditional variational autoencoder"],
        Differs = "Labels are class numbers, or a weight for each class; PyTorch-VAE takes one-hot vectors only. The prior does not depend "
            + "on the label, where the paper's has a network of its own.")]
    public static VaeSpec Cvae => new() { Condition = new LabelConditionSpec() };

    /// <summary>The conditional autoencoder with a weight β on the divergence.</summary>
    [Model("beta-cvae", Paper = "Sohn, Lee and Yan 2015 (condition); Higgins et al. 2017 (weight β)",
        Formula = "−E log p(x|z, y) + β KL(q(z|x, y) ‖ p(z))", OtherNames = ["conditional β-VAE"],
        Differs = "No paper has it: it is the weight of β-VAE on the conditional model, as the Keras script vae_cnn_cvae's beta. "
            + "β is 4 here; the script's is 1 unless it is told.")]
    public static VaeSpec BetaCvae => Cvae with { Objective = new ElboSpec { Rate = new WeightedRate { Beta = 4 } } };
}
