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
        Differs = "The similarity is one of each example and counts as D elements; Pythae and PyTorch-VAE take one number between 0 and 1 of the batch, "
            + "which the divergence outweighs. The coarsest scale enters with its own exponent, once, and the window is a Gaussian. "
            + "A negative structure is held softly above 0 instead of becoming NaN.")]
    public static VaeSpec MsSsimVae => new() { Likelihood = new MsSsimLikelihoodSpec() };
}
