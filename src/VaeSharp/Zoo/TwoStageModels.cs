using VaeSharp.Likelihoods;
using VaeSharp.Priors;

namespace VaeSharp.Zoo;

/// <summary>Models whose prior is learned after the rest.</summary>
[ModelGroup("Priors fitted afterwards", 15)]
public static class TwoStageModels
{
    /// <summary>A variational autoencoder of the codes of another, which closes the gap between these codes and N(0, I).</summary>
    [Model("two-stage-vae", Paper = "Dai and Wipf 2019, Diagnosing and Enhancing VAE Models, arXiv:1903.05789",
        Formula = "−E log N(x; D(z), γ² I) + KL(q(z|x) ‖ N(0, I)),  then  −E log N(z; f(u), γ′² I) + KL(q(u|z) ‖ N(0, I)) of z ~ q(z|x)",
        OtherNames = ["2-stage VAE", "twostagevae", "two stage vae", "2svae"],
        Differs = "The second stage is the published code's: as many units as the first, three layers of 1024, its own γ′. It trains for "
            + "as many epochs as the first and in the same steps, where the paper has two to three times as many; 'vae fit RUN --prior "
            + "two-stage --epochs N' fits it for longer. Codes are drawn anew in each epoch, as there. The first stage is the plain "
            + "network with γ learned from 0.25 and held above e⁻⁶; in the paper it is InfoGAN's or a ResNet, and γ starts at 1. In "
            + "Pythae γ′ is noise in a squared error, without a likelihood, so that it only shrinks; PyTorch-VAE's second stage is never "
            + "trained. Of p(z) a lower bound is known and no density, so that no log-likelihood is estimated. Samples are those of a "
            + "second stage that has seen few epochs.",
        Cost = "A step of the second stage, with three layers of 1024 units on either side, takes about seven times as long as one of the "
            + "first, and there are as many.")]
    public static VaeSpec TwoStageVae => new()
    {
        Latent = 64,
        Likelihood = new LearnedGaussianLikelihoodSpec(),
        Prior = new TwoStagePriorSpec(),
    };
}
