using VaeSharp.Likelihoods;
using VaeSharp.Networks;

namespace VaeSharp.Zoo;

/// <summary>The variational autoencoder with other distributions of the data.</summary>
[ModelGroup("Other likelihoods", 6)]
public static class LikelihoodModels
{
    /// <summary>A likelihood for grey values that is a density: the cross-entropy with the normaliser that it lacks.</summary>
    [Model("continuous-bernoulli-vae",
        Paper = "Loaiza-Ganem and Cunningham 2019, The continuous Bernoulli: fixing a pervasive error in variational autoencoders, "
            + "arXiv:1907.06845",
        Formula = "−E [Σ x log λ + (1 − x) log(1 − λ) + log C(λ)] + KL(q(z|x) ‖ p(z))", OtherNames = ["cb-vae", "continuous Bernoulli VAE"],
        Differs = "Logits are softly held below 9.21, where the authors cut λ off at 10⁻⁴: a pixel that is exactly 0 or 1 has a density "
            + "that grows with its logit. So codes say much, and after a short training samples, whose codes lie between those of "
            + "examples, have broken strokes. Images are drawn as λ, as theirs are; the mean of the density is nearer to ½. Bytes are "
            + "taken as they are; the authors add uniform noise of one level.")]
    public static VaeSpec ContinuousBernoulliVae => new() { Latent = 20, Likelihood = new ContinuousBernoulliLikelihoodSpec() };

    /// <summary>A Gaussian decoder that says for each pixel how sure it is.</summary>
    [Model("learned-variance-vae", Paper = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114, appendix C.2",
        Formula = "−E log N(x; μ(z), diag σ²(z)) + KL(q(z|x) ‖ p(z))",
        OtherNames = ["gaussian VAE with decoder variance", "per-pixel-sigma-vae"],
        Differs = "log σ is softly held above −6: without a bound the density of pixels that never change grows for ever. σ begins at a "
            + "quarter of the range, not at 1. Where σ is small, codes say much about pixels that hardly change, so that after a short "
            + "training samples, whose codes lie between those of examples, are blurred. The paper has codes of 2 to 20 units.")]
    public static VaeSpec LearnedVarianceVae => new() { Latent = 10, Likelihood = new LearnedVarianceGaussianLikelihoodSpec() };

    /// <summary>
    /// Reconstruction by log cosh: smooth like the squared error for small errors, robust like the absolute one for large.
    /// </summary>
    [Model("log-cosh-vae",
        Paper = "Chen, Chen and Zhang 2019, Log Hyperbolic Cosine Loss Improves Variational Auto-Encoder, OpenReview rkglvsC9Ym",
        Formula = "E Σ (1/a) log cosh(a (x − decoder)) + KL(q(z|x) ‖ p(z)) + constant", OtherNames = ["logcosh-vae", "LogCoshVAE"],
        Differs = "PyTorch-VAE takes the mean over pixels, which weighs the divergence more by their number, and overflows for negative "
            + "errors; here the loss is summed, and with its constant it is a normalised log density. The code has 10 units, "
            + "for small images.")]
    public static VaeSpec LogCoshVae => new() { Latent = 10, Likelihood = new LogCoshLikelihoodSpec() };

    /// <summary>A decoder with Student's heavy tails, which single pixels far off do not upset.</summary>
    [Model("student-t-vae", Paper = "Takahashi et al. 2018, Student-t Variational Autoencoder for Robust Density Estimation, IJCAI",
        Formula = "−E log St(x; μ(z), s(z), ν(z)) + KL(q(z|x) ‖ p(z))", OtherNames = ["student VAE", "robust VAE"],
        Differs = "log s is softly held above −6 and ν above 1, so that the density is bounded and has a mean. s begins at a "
            + "quarter of the range. Black background is so sure that codes are paid for it: after a short training strokes of samples are "
            + "broken.",
        Cost = "A step takes about three times as long as the plain model's: the paper decodes three numbers for each pixel, among them ν, "
            + "whose gamma functions are a series. With noise=learned ν and s are one number each.")]
    public static VaeSpec StudentTVae => new() { Latent = 10, Likelihood = new StudentTLikelihoodSpec() };

    /// <summary>A likelihood of bytes as they are: logistic noise, rounded to the 256 levels. Its loss is a code length in nats.</summary>
    [Model("discretised-logistic-vae",
        Paper = "Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, arXiv:1606.04934, appendix",
        Formula = "−E Σ log (σ((x + δ/2 − μ)/s) − σ((x − δ/2 − μ)/s)) + KL(q(z|x) ‖ p(z))", OtherNames = ["discretized-logistic-vae"],
        Differs = "The published code adds 10⁻⁷ to each probability and has no tails in the first and the last level; here "
            + "probabilities are exact and sum to 1. The location is not held between the ends of the range, and the scale begins at 0.05 "
            + "of it. The paper's codes are feature maps of a deep ladder; here they are 10 units.")]
    public static VaeSpec DiscretisedLogisticVae => new() { Latent = 10, Likelihood = new DiscretisedLogisticLikelihoodSpec() };

    /// <summary>A mixture of ten rounded logistics for each pixel, and colours that depend on each other.</summary>
    [Model("discretised-logistic-mixture-vae", Paper = "Salimans et al. 2017, PixelCNN++ (likelihood), arXiv:1701.05517",
        Formula = "−E Σ_pixels log Σₖ πₖ ∏_c (σ((x + δ/2 − μ)/s) − σ((x − δ/2 − μ)/s)) + KL(q(z|x) ‖ p(z))",
        OtherNames = ["dmol-vae", "discretized-logistic-mixture-vae"],
        Differs = "The published code replaces probabilities below 10⁻⁵ by a density; here they are exact. Each channel yields logits "
            + "for the weights, and the pixel's are their mean. It is PixelCNN++'s likelihood without its "
            + "network; the code of 10 units is ours.",
        Cost = "A step takes between two and three times as long as the plain convolutional model's: the decoder yields thirty numbers "
            + "for each pixel, and ten probabilities are computed for each.")]
    public static VaeSpec DiscretisedLogisticMixtureVae => new()
    {
        Latent = 10,
        Network = new ConvSpec(),
        Likelihood = new DiscretisedLogisticMixtureLikelihoodSpec(),
    };

    /// <summary>A softmax over the 256 levels of each pixel.</summary>
    [Model("pixel-categorical-vae",
        Paper = "van den Oord, Kalchbrenner and Kavukcuoglu 2016, Pixel Recurrent Neural Networks (likelihood), arXiv:1601.06759",
        Formula = "−E Σ log softmax(decoder)ₓ + KL(q(z|x) ‖ p(z))", OtherNames = ["pixel-softmax-vae"],
        Differs = "It has the convolutional network: a fully connected one would need 256 outputs for each pixel. It is PixelRNN's "
            + "likelihood, without its network; the code of 10 units is ours.",
        Cost = "A step takes about ten times as long as the plain convolutional model's: the decoder yields 256 numbers for each pixel, "
            + "100 MB for a batch of small images.")]
    public static VaeSpec PixelCategoricalVae => new()
    {
        Latent = 10,
        Network = new ConvSpec(),
        Likelihood = new CategoricalLikelihoodSpec(),
    };

    /// <summary>Reconstructions are as similar as eyes find them: luminance, contrast and structure at several scales.</summary>
    [Model("ms-ssim-vae", Paper = "Snell et al. 2017, Learning to Generate Images with Perceptual Similarity Metrics, arXiv:1511.06409",
        Formula = "w D (1 − MS-SSIM(x, decoder)) + KL(q(z|x) ‖ p(z))",
        OtherNames = ["MSSSIM-VAE", "MSSIM-VAE", "SSIM VAE", "EL-VAE", "expected-loss VAE", "structural similarity"],
        Differs = "The similarity is one of each example and counts as D elements; Pythae and PyTorch-VAE take one number between 0 and 1 "
            + "of the batch, which the divergence outweighs. The coarsest scale enters with its own exponent, once, and the window is "
            + "a Gaussian. "
            + "A negative structure is held softly above 0 instead of becoming NaN. "
            + "The code has 10 units, for small images.",
        Cost = "A step takes a little more than twice as long as the plain model's: at each scale five images are blurred with a window of "
            + "eleven by eleven, forwards and backwards.")]
    public static VaeSpec MsSsimVae => new() { Latent = 10, Likelihood = new MsSsimLikelihoodSpec() };

    /// <summary>Reconstructions have the features that a fixed convolutional network finds in the data.</summary>
    [Model("perceptual-vae", Paper = "Hou et al. 2017, Deep Feature Consistent Variational Autoencoder, arXiv:1610.00291",
        Formula = "D/2σ² Σ mean (Φₗ(x) − Φₗ(decoder))² + KL(q(z|x) ‖ p(z))",
        OtherNames = ["DFC-VAE", "DFCVAE", "deep feature consistent", "VGG loss", "perceptual loss"],
        Differs = "PyTorch-VAE downloads VGG19 when a model is made and adds the pixels' error, which the paper does not. Here the network "
            + "is a file that one gives or has random weights, it is saved with the run, and the error counts as D elements. The "
            + "code has 10 units, for small images.",
        Cost = "A step takes seven to ten times as long as the plain model's: both images pass the fixed convolutional network, and the "
            + "gradient comes back through it.")]
    public static VaeSpec PerceptualVae => new() { Latent = 10, Likelihood = new PerceptualLikelihoodSpec() };
}
