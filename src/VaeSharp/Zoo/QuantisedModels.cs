using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;

namespace VaeSharp.Zoo;

/// <summary>Models whose codes are one of finitely many, at each place of an image.</summary>
[ModelGroup("Quantised codes", 14)]
public static class QuantisedModels
{
    private const string Uniform = "The loss has the divergence from the uniform prior, which is log K for each index: with it the bound "
        + "is one on log p(x), and draws from that prior are images of codes that do not know each other. The paper leaves the constant "
        + "out, and fits a prior to the codes afterwards, as 'vae fit RUN --prior pixel-cnn' does. ";

    private const string Convolved = " as long as the plain model's with the same convolutions, and that about ten times as long as with "
        + "fully connected layers.";

    private static VaeSpec Base => new() { Latent = 64, Network = new ConvSpec(), Prior = new UniformCodesPriorSpec() };

    /// <summary>Codes are the nearest of a codebook, which a loss moves to the encoder's vectors.</summary>
    [Model("vq-vae", Paper = "van den Oord, Vinyals and Kavukcuoglu 2017, Neural Discrete Representation Learning, arXiv:1711.00937",
        Formula = "−log p(x|z) + n log K + Σ ‖sg[f] − e‖² + β Σ ‖f − sg[e]‖²,  z = e nearest to f(x) at each of n places",
        OtherNames = ["vqvae", "vector quantised vae", "vector-quantized-vae"],
        Differs = Uniform + "K = 512 and β = 0.25 as in the paper, and 64 units as in well-known code; the network is the conv one, where "
            + "the paper's has residual blocks, which is --network resnet. All terms are summed over places and averaged over the batch: "
            + "Pythae sums those of the codebook over the batch too, so that they weigh more the larger it is. The codebook starts from "
            + "k-means and is made anew behind steps 2, 4, 8 … 256, and a code that is not used starts anew; --k-means 0 --revival 0 "
            + "is the paper.",
        Cost = "A step takes 1.3 times" + Convolved)]
    public static VaeSpec VqVae => Base with { Posterior = new VectorQuantisedPosteriorSpec() };

    /// <summary>Codes are the nearest of a codebook whose codes are running averages of the encoder's vectors.</summary>
    [Model("vq-vae-ema", Paper = "van den Oord, Vinyals and Kavukcuoglu 2017, Neural Discrete Representation Learning, arXiv:1711.00937, "
            + "eq. 6 to 8",
        Formula = "−log p(x|z) + n log K + β Σ ‖f − sg[e]‖²,  e ← γ-weighted mean of the vectors that it is nearest to",
        OtherNames = ["vqvae-ema", "ema vq-vae", "vq-vae with moving averages"],
        Differs = Uniform + "A code without vectors stays where it is until it starts anew; in Pythae smoothed counts of 0 throw unused "
            + "codes to about ±190 in the first step, from where they shrink towards 0.",
        Cost = "A step takes 1.3 times" + Convolved)]
    public static VaeSpec VqVaeEma => Base with { Posterior = new MovingAverageQuantisedPosteriorSpec() };

    /// <summary>Codes are sums: each codebook quantises what those in front of it leave.</summary>
    [Model("residual-vq-vae", Paper = "Zeghidour et al. 2021, SoundStream: An End-to-End Neural Audio Codec, arXiv:2107.03312; Lee et al. "
            + "2022, Autoregressive Image Generation using Residual Quantization, arXiv:2203.01941",
        Formula = "−log p(x|z) + n S log K + β Σ ‖rₛ − sg[eₛ]‖²,  z = Σ eₛ, rₛ₊₁ = rₛ − eₛ, s = 1 … S",
        OtherNames = ["rvq-vae", "rq-vae", "residual vq"],
        Differs = Uniform + "Four stages of 512 codes each; SoundStream has 8 of 1024 on sound and leaves stages out at random, so that "
            + "its rate can be chosen afterwards, which is not done here. Lee et al. share one codebook among the stages.",
        Cost = "A step takes twice" + Convolved)]
    public static VaeSpec ResidualVqVae => Base with { Posterior = new ResidualQuantisedPosteriorSpec() };

    /// <summary>Codes are products: slices of the encoder's vector, each with a codebook of its own.</summary>
    [Model("product-vq-vae", Paper = "Kaiser et al. 2018, Fast Decoding in Sequence Models using Discrete Latent Variables, "
            + "arXiv:1803.03382",
        Formula = "−log p(x|z) + n G log K + β Σ ‖f − sg[z]‖²,  z = [e₁, …, e_G]",
        OtherNames = ["pq-vae", "product quantised vae", "decomposed vector quantisation", "sliced vector quantisation"],
        Differs = Uniform + "The paper has it for text, between an encoder and a decoder of sequences.",
        Cost = "A step takes 1.5 times" + Convolved)]
    public static VaeSpec ProductVqVae => Base with { Posterior = new ProductQuantisedPosteriorSpec() };

    /// <summary>Codes at two resolutions: those of blocks of places, and with their help those of places.</summary>
    [Model("vq-vae-2", Paper = "Razavi, van den Oord and Vinyals 2019, Generating Diverse High-Fidelity Images with VQ-VAE-2, "
            + "arXiv:1906.00446",
        Formula = "−log p(x|z) + (n₁ + n₂) log K + β (Σ ‖g − sg[e₂]‖² + Σ ‖h − sg[e₁]‖²),  z = [e₁, e₂↑], e₂ nearest to g(f(x)) at "
            + "each of n₂ blocks of 2 × 2 places, e₁ nearest to h(f(x), e₂) at each of n₁ places",
        OtherNames = ["vqvae2", "vqvae-2", "vq-vae2", "two-level vq-vae", "hierarchical vq-vae"],
        Differs = Uniform + "At each level 512 codes of 64 units, as in the paper, and the two levels that it has for images of 256 × 256, "
            + "not the third of those of 1024 × 1024. The conv network's features are the bottom level's: of images of 28 × 28 it is 7 × 7 "
            + "places below 4 × 4. To the decoder the top's code is the same at all places of a block, so that a code is made of "
            + "codebooks alone; well-known code brings it there by a transposed convolution, as this row does where it chooses the "
            + "bottom's code. That code averages the losses of each level over its vectors, so that one of the top weighs four times "
            + "as much as one of the bottom; here all are sums. The paper fits a prior to each level, the top's with attention; here "
            + "vae fit --prior pixel-cnn is one of both, which draws a block's code and then those of its places.",
        Cost = "A step takes about twice as long as the plain convolutional model's: in front of the top's codes is an encoder of its own, "
            + "behind them a transposed convolution, and the decoder's first layer reads twice as many units.")]
    public static VaeSpec VqVae2 => Base with { Latent = 128, Posterior = new TwoLevelQuantisedPosteriorSpec() };

    /// <summary>Codes are sums, each part of which is drawn given those in front of it.</summary>
    [Model("hrq-vae", Paper = "Hosking, Tang and Lapata 2022, Hierarchical Sketch Induction for Paraphrase Generation, arXiv:2203.03462",
        Formula = "−log p(x|z) + β Σ KL(q(kₗ|x, k₁ … kₗ₋₁) ‖ uniform) + norms,  z = Σ eₗ, kₗ ~ softmax(−‖rₗ − eₖ‖²), rₗ₊₁ = rₗ − eₗ",
        OtherNames = ["hrqvae", "hierarchical refinement quantised vae", "hierarchical residual quantisation"],
        Differs = "The numbers are Pythae's. The divergence is KL(q ‖ uniform), where Pythae has KL(uniform ‖ q), and the loss of norms "
            + "compares the mean lengths of the codebooks, where Pythae compares those of the codes that are chosen. A level that is "
            + "left out in training has no divergence, and the temperature falls along a line from 1 to 0.5 in 23 epochs, where Pythae's "
            + "exponential is at 0.5 too. The paper has it for sentences, and decodes with attention. Draws from the uniform prior are "
            + "images of codes that do not know each other: 'vae fit RUN --prior pixel-cnn' fits one that does.",
        Cost = "A step takes a little more than twice as long as the plain convolutional model's: at each place four codes of 64 are "
            + "drawn, one after the other, with noise for each of the 64.")]
    public static VaeSpec HrqVae => Base with
    {
        Posterior = new HierarchicalQuantisedPosteriorSpec(),
        Objective = new ElboSpec { Rate = new WeightedRate { Beta = 0.1 } },
    };

    /// <summary>Codes are points of a lattice: each unit is rounded to a few levels.</summary>
    [Model("fsq-vae", Paper = "Mentzer et al. 2023, Finite Scalar Quantization: VQ-VAE Made Simple, arXiv:2309.15505",
        Formula = "−log p(x|z) + n Σ log Lⱼ,  zⱼ = round(½(Lⱼ − 1) tanh(fⱼ + sⱼ) − oⱼ)/⌊Lⱼ/2⌋",
        OtherNames = ["fsq", "finite scalar quantisation", "finite-scalar-quantization"],
        Differs = Uniform + "Levels 8, 5, 5, 5 are the paper's for about 2¹⁰ codes. For an even number of levels the shift that keeps 0 at "
            + "0 is artanh of offset over scale; the paper's listing has tan, which is a little less. Behind five epochs of digits a "
            + "batch used a fifth of the codes.",
        Cost = "A step takes" + Convolved)]
    public static VaeSpec FsqVae => Base with { Latent = 4, Posterior = new FiniteScalarPosteriorSpec() };

    /// <summary>Codes are signs of units; an entropy makes each sure and all different.</summary>
    [Model("lfq-vae", Paper = "Yu et al. 2023, Language Model Beats Diffusion – Tokenizer is Key to Visual Generation, arXiv:2310.05737",
        Formula = "−log p(x|z) + n D log 2 + λ Σ (E H(q(c|x)) − H(E q(c|x))) + β Σ ‖f − sg[z]‖²,  zⱼ = sign fⱼ",
        OtherNames = ["lfq", "lookup-free quantisation", "magvit-v2 tokenizer"],
        Differs = Uniform + "10 units are 1024 codes; the paper has 18 for large data. The entropy of all codes together is that of the "
            + "joint distribution over the batch, where some code takes the sum over units, which is more. The paper does not say how soft "
            + "the choice is, nor λ: temperature 1 and 3 here. With the 0.1 of widely used code, whose error is a mean over pixels, nearly "
            + "all places of digits had the same code.",
        Cost = "A step takes 1.2 times" + Convolved)]
    public static VaeSpec LfqVae => Base with { Latent = 10, Posterior = new LookupFreePosteriorSpec() };
}
