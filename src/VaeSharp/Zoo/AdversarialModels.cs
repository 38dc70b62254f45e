using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>Models with a critic, who learns to tell what the model makes from what it should be.</summary>
[ModelGroup("Critics", 11)]
public static class AdversarialModels
{
    private const string Larger =
        " times as long as the plain model's: the critic, as large as the papers have it, has more weights than the network of the model, "
            + "and three passes in each step: what is to fool him, the same without its way back, and what he is to tell it from.";

    /// <summary>An autoencoder whose encoder fools a critic that tells codes from draws of the prior.</summary>
    [Model("aae", Paper = "Makhzani et al. 2015, Adversarial Autoencoders, arXiv:1511.05644",
        Formula = "‖x − x̂(z)‖² − λ E log D(z),  z = f(x);  critic: −½ E log D(z̃) − ½ E log (1 − D(z)),  z̃ ~ p(z)",
        OtherNames = ["adversarial autoencoder", "adversarial auto-encoder", "adversarial-ae"],
        Differs = "The paper lowers the two terms in turn, with an optimiser for each, and so has no weight; here one step lowers "
            + "their sum, with λ = 10 beside the squared error. Pythae has ½ for both and an encoder with spread; the paper's "
            + "results are of one without, as here. The critic has the paper's two layers of 1000 units, but moves by Adam. The "
            + "prior has variance 1; the paper's pictures have up to 25. The loss has the constant of a normal density with σ² = ½.",
        Cost = "A step takes about three" + Larger)]
    public static VaeSpec AdversarialAutoencoder => new()
    {
        Latent = 8,
        Posterior = new PointPosteriorSpec(),
        Likelihood = RegularisedModels.SquaredError,
        Objective = new ReconstructionSpec(),
        Penalties = [new LatentCriticSpec { Layers = 2, Width = 1000 }],
    };

    /// <summary>The Wasserstein autoencoder: codes without spread, whose distribution is drawn to the prior's by a critic.</summary>
    [Model("wae-gan", Paper = "Tolstikhin et al. 2018, Wasserstein Auto-Encoders, arXiv:1711.01558",
        Formula = "‖x − x̂(z)‖² − λ E log D(z),  z = f(x);  critic: −½ E log D(z̃) − ½ E log (1 − D(z)),  z̃ ~ p(z)",
        OtherNames = ["wasserstein autoencoder with a critic", "wae with a gan"],
        Differs = "It is the adversarial autoencoder with the paper's λ = 10 for MNIST and its critic of four layers of 512 units. The "
            + "official code multiplies the squared error by 0.05, so that its λ counts twenty times as much, and draws the codes' "
            + "mean and covariance to the prior's before it begins. The critic's loss has no λ: Adam does not see it. The loss has "
            + "the constant of a normal density with σ² = ½.",
        Cost = "A step takes about three" + Larger)]
    public static VaeSpec WaeGan => AdversarialAutoencoder with { Penalties = [new LatentCriticSpec()] };

    /// <summary>Codes are any function of the example and of noise, and a critic estimates their divergence.</summary>
    [Model("avb", Paper = "Mescheder, Nowozin and Geiger 2017, Adversarial Variational Bayes, arXiv:1701.04722",
        Formula = "−E log p(x|z) + E [T(x, (z − m)/s) + log N(z; m, s²)/p(z)],  z = f(x, ε);  "
            + "critic: −½ E log σ(T(x, (z − m)/s)) − ½ E log (1 − σ(T(x, ε))),  ε ~ N(0, I)",
        OtherNames = ["adversarial variational bayes"],
        Differs = "With adaptive contrast, the paper's section 4, whose moments are estimated for each example from 32 draws; the paper "
            + "has a family of functions f whose moments are sums, and so does its code. --objective avb:moments=0 is algorithm 1 "
            + "itself, with T(x, z) and, on the critic's other side, z̃ ~ p(z). The critic takes one step for each of the model's. The "
            + "kl that is logged is the critic's estimate, which is too low where he lags behind, and by about 1/32 nat for each unit, "
            + "since moments of 32 draws are not those of q(z|x). log p(x) needs a density of the codes and cannot be estimated by "
            + "importance sampling.",
        Cost = "A step takes four to five" + Larger)]
    public static VaeSpec AdversarialVariationalBayes => new()
    {
        Latent = 8,
        Posterior = new ImplicitPosteriorSpec(),
        Objective = new AdversarialBayesSpec(),
    };

    /// <summary>Images are compared by what a critic sees in them, and those that the decoder makes are to fool it.</summary>
    [Model("vae-gan", Paper = "Larsen et al. 2016, Autoencoding beyond pixels using a learned similarity metric, arXiv:1512.09300",
        Formula = "encoder: KL(q(z|x) ‖ p(z)) + L;  decoder: γ L − C;  critic: C;  L = ½ ‖D_l(x) − D_l(x̂)‖²,  "
            + "C = −½ log D(x) − ¼ log (1 − D(x̂)) − ¼ log (1 − D(x̃))",
        OtherNames = ["vaegan", "vae/gan", "autoencoding beyond pixels"],
        Differs = "Every loss moves its own player and no other. In Pythae images are not detached in the critic's loss and gradients "
            + "add up, so that the decoder helps the critic; its encoder has the features' distance up to twice, and its critic does not "
            + "see reconstructions. Real and made images count the same, and players wait where one wins by far, as in the official "
            + "code; the paper adds three terms, of players who always move, which is --objective.margin 0. The critic is smaller than "
            + "the paper's for faces and its first convolution's features are compared, with γ = 1: deeper ones of so few forget what "
            + "the image was. They are normalised by the moments of the data alone. The network is the conv one and the code has 16 "
            + "units, which is less than the paper's too. Behind five epochs of digits the divergence was 45 nats, little beside the "
            + "distance of features: images are decoded sharply, and what the prior draws has sharp strokes but is seldom a digit. The "
            + "loss that is reported is the encoder's; it moves with the critic, so that weights of the last epoch may be better than "
            + "those that it chooses: --keep last.",
        Cost = "A step takes six to seven times as long as the plain convolutional model's: a second pass of the decoder and five of the "
            + "critic, forwards and backwards.")]
    public static VaeSpec VaeGan => new() { Latent = 16, Network = new ConvSpec(), Objective = new VaeGanSpec() };
}
