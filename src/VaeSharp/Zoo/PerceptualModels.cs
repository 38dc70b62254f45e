using VaeSharp.Likelihoods;

namespace VaeSharp.Zoo;

/// <summary>Variational autoencoders whose reconstructions are held to how images look, rather than to their pixels.</summary>
[ModelGroup("Other likelihoods", 6)]
public static class PerceptualModels
{
    /// <summary>Reconstructions are as similar as eyes find them: luminance, contrast and structure at several scales.</summary>
    [Model("ms-ssim-vae", Paper = "Snell et al. 2017, Learning to Generate Images with Perceptual Similarity Metrics, arXiv:1511.06409",
        Formula = "w D (1 − MS-SSIM(x, decoder)) + KL(q(z|x) ‖ p(z))",
        OtherNames = ["MSSSIM-VAE", "SSIM VAE", "EL-VAE", "expected-loss VAE", "structural similarity"],
        Differs = "The similarity is one of each example and counts as D elements; Pythae and PyTorch-VAE take one number between 0 and 1 "
            + "of the batch, which the divergence outweighs. The coarsest scale enters with its own exponent, once, and the window is "
            + "a Gaussian. "
            + "A negative structure is held softly above 0 instead of becoming NaN. "
            + "The code has 10 units, for small images.")]
    public static VaeSpec MsSsimVae => new() { Latent = 10, Likelihood = new MsSsimLikelihoodSpec() };

    /// <summary>Reconstructions have the features that a fixed convolutional network finds in the data.</summary>
    [Model("perceptual-vae", Paper = "Hou et al. 2017, Deep Feature Consistent Variational Autoencoder, arXiv:1610.00291",
        Formula = "D/2σ² Σ mean (Φₗ(x) − Φₗ(decoder))² + KL(q(z|x) ‖ p(z))",
        OtherNames = ["DFC-VAE", "DFCVAE", "deep feature consistent", "VGG loss", "perceptual loss"],
        Differs = "PyTorch-VAE downloads VGG19 when a model is made and adds the pixels' error, which the paper does not. Here the network "
            + "is a file that one gives or has random weights, it is saved with the run, and the error counts as D elements. The "
            + "code has 10 units, for small images.")]
    public static VaeSpec PerceptualVae => new() { Latent = 10, Likelihood = new PerceptualLikelihoodSpec() };
}
