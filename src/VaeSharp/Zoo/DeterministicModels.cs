using VaeSharp.Corruptions;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;

namespace VaeSharp.Zoo;

/// <summary>Autoencoders whose codes have no spread. What they draw from the prior are no samples of the data.</summary>
[ModelGroup("Autoencoders that are not variational", 7)]
public static class DeterministicModels
{
    private const string NoDensity = "To draw new examples the paper fits a density to the codes after training, which is "
            + "'vae fit RUN --prior mixture' here: codes from the standard normal prior need not look like data.";

    /// <summary>The regularised autoencoder without a term for the decoder: short codes.</summary>
    [Model("rae", Paper = "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436",
        Formula = "‖x − D(z)‖² + β ½ ‖z‖²,  z = f(x)",
        OtherNames = ["regularised autoencoder", "regularized autoencoder", "rae-vanilla"],
        Differs = NoDensity + " The weight is that of the paper's code for MNIST, 5 · 10⁻⁴, taken from means over elements (1,024, "
            + "since it pads its images) to sums.")]
    public static VaeSpec Rae => new()
    {
        Latent = 16,
        Posterior = new PointPosteriorSpec(),
        Likelihood = RegularisedModels.SquaredError,
        Objective = new ReconstructionSpec(),
        Penalties = [new CodeNormSpec { Weight = 0.064 }],
    };

    /// <summary>The regularised autoencoder with small weights in the decoder.</summary>
    [Model("rae-l2", Paper = "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436",
        Formula = "‖x − D(z)‖² + β ½ ‖z‖² + λ ‖θ‖²,  z = f(x)", OtherNames = ["L2-RAE", "RAE with weight decay"],
        Differs = NoDensity + " One loss moves everything once; in Pythae two optimisers pass it back twice, which doubles the encoder's "
            + "gradient. All of the decoder's weights and biases count, where the paper's code has the kernels of its convolutions.")]
    public static VaeSpec RaeL2 => Rae with { Penalties = [new CodeNormSpec(), new DecoderWeightsSpec()] };

    /// <summary>The regularised autoencoder whose decoder changes slowly with the code.</summary>
    [Model("rae-gp", Paper = "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436",
        Formula = "‖x − D(z)‖² + β ½ ‖z‖² + λ ‖∂D(z)/∂z‖²_F,  z = f(x)",
        OtherNames = ["RAE-grad", "GP-RAE", "RAE with a gradient penalty"],
        Differs = NoDensity + " The penalty is on the decoder's Jacobian in z, as the paper has it. Pythae differentiates by x, through "
            + "the encoder too; the paper's code differentiates the squared outputs, so that its weight says nothing about this one: "
            + "10⁻³ is ours.",
        Cost = "A step takes more than twice as long as the plain autoencoder's: the penalty is a gradient, and its gradient is taken "
            + "again.")]
    public static VaeSpec RaeGp => Rae with { Penalties = [new CodeNormSpec(), new DecoderGradientSpec()] };

    /// <summary>The autoencoder that undoes a corruption of its input.</summary>
    [Model("denoising-ae", Paper = "Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders, ICML",
        Formula = "−log p(x|f(x̃)),  x̃ a corruption of x", OtherNames = ["dae", "denoising autoencoder"],
        Differs = "Only training corrupts: codes, reconstructions and the validation loss are those of clean examples. Each element is "
            + "masked by itself, where the paper masks a fixed number.")]
    public static VaeSpec DenoisingAutoencoder => new()
    {
        Latent = 32,
        Posterior = new PointPosteriorSpec(),
        Objective = new ReconstructionSpec(),
        Corruption = new MaskingCorruptionSpec(),
    };

    /// <summary>The autoencoder whose code hardly moves with its input.</summary>
    [Model("contractive-ae", Paper = "Rifai et al. 2011, Contractive Auto-Encoders: Explicit Invariance During Feature Extraction, ICML",
        Formula = "−log p(x|f(x)) + λ ‖∂f(x)/∂x‖²_F", OtherNames = ["cae", "contractive autoencoder"],
        Differs = "The paper's encoder is one layer with a sigmoid, and its decoder has the encoder's weights; here the encoder may be "
            + "any, and the norm is estimated without bias from random signs.",
        Cost = "A step takes more than twice as long as the plain autoencoder's: the penalty is a gradient, and its gradient is taken "
            + "again.")]
    public static VaeSpec ContractiveAutoencoder => new()
    {
        Latent = 32,
        Posterior = new PointPosteriorSpec(),
        Objective = new ReconstructionSpec(),
        Penalties = [new ContractionSpec()],
    };

    /// <summary>The autoencoder with many units, of which few are active for an example.</summary>
    [Model("sparse-ae", Paper = "Ng 2011, Sparse autoencoder, CS294A lecture notes", Formula = "−log p(x|f(x)) + β Σⱼ KL(ρ ‖ ρ̂ⱼ)",
        OtherNames = ["sparse autoencoder"],
        Differs = "The decoder gets the code itself; in the lecture notes it gets the code behind the sigmoid. Mean activations are over "
            + "the batch, not over all data. For a penalty on the sum of sizes choose sparse-l1.")]
    public static VaeSpec SparseAutoencoder => new()
    {
        Latent = 64,
        Posterior = new PointPosteriorSpec(),
        Objective = new ReconstructionSpec(),
        Penalties = [new SparseActivationSpec()],
    };
}
