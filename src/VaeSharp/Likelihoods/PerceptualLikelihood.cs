using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>Images are compared by the features that a convolutional network has of them, in place of pixel by pixel.</summary>
/// <remarks>
/// The paper takes a network that was trained on photographs, which a file can bring; without one the weights are random, which compares
/// images nearly as well (He, Wang and Hopcroft 2016, A Powerful Generative Model Using Random Weights, arXiv:1606.04801) and needs no
/// download. The weights are saved with the model: a run needs no file but its own. Its factor is D / 2σ² in place of the paper's β, so
/// that the error counts elements as that of a normal likelihood does, and the divergence does not outweigh it.
/// </remarks>
[Part("perceptual", Paper = "Hou et al. 2017, Deep Feature Consistent Variational Autoencoder, arXiv:1610.00291, section 3",
    Formula = "−log p(x|z) = D/2σ² (λ mean (x − y)² + Σ mean (Φₗ(x) − Φₗ(y))²) + constant,  y = decoder")]
public sealed record PerceptualLikelihoodSpec : LikelihoodSpec, IValidatableObject
{
    /// <summary>
    /// A safetensors file with convolutions 0.weight, 0.bias, 1.weight … in the order of the pass, or a run's folder with a conv encoder;
    /// empty for random weights. Images enter it with values from 0 to 1.
    /// </summary>
    public string Weights { get; init; } = "";

    /// <summary>
    /// Channels of the convolutions, each with a ReLU behind it; 0 is a pooling that halves the image (the largest of 2 × 2).
    /// </summary>
    [Range(0, 4096)]
    public IReadOnlyList<long> Channels { get; init; } = [16, 0, 32, 0, 64];

    /// <summary>Height and width of the kernels.</summary>
    [Range(1, 15)]
    public int Kernel { get; init; } = 3;

    /// <summary>Rows and columns between two places of a kernel; the encoder of a run has 2.</summary>
    [Range(1, 4)]
    public int Stride { get; init; } = 1;

    /// <summary>
    /// Stages whose features are compared, from 1. One begins behind each pooling, or with each convolution where they have a stride.
    /// </summary>
    [Range(1, 64)]
    public IReadOnlyList<long> Stages { get; init; } = [1, 2, 3];

    /// <summary>Standard deviation σ of the features' noise. Random weights make features as large as pixels from 0 to 1.</summary>
    [Range(1e-4, 1e6)]
    public double Sigma { get; init; } = 0.25;

    /// <summary>Weight λ of the pixels themselves among the features. The paper has none.</summary>
    [Range(0, 1e6)]
    public double Pixels { get; init; }

    /// <summary>Seed of random weights, which is not the training's, so that errors of two trainings can be compared.</summary>
    public long Seed { get; init; }

    /// <summary>What it integrates to is not known, so it is no density.</summary>
    public override Traits Gives => Traits.TwiceDifferentiable | Traits.Fixed;

    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => NeedsImages(data);

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new PerceptualLikelihood(data, this);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var stages = Channels.Where((width, i) => width > 0 && (Stride > 1 || i == 0 || Channels[i - 1] == 0)).Count();
        if (Stages.Count == 0 || Stages.Any(stage => stage > stages))
            yield return new($"needs stages from 1 to {stages}, which its channels have, got [{string.Join(", ", Stages)}].");
    }
}

/// <summary>p(x|z) ∝ exp(−D/2σ² (λ mean (x − μ)² + Σ mean (Φ(x) − Φ(μ))²)), with a network Φ that stays as it is.</summary>
public sealed class PerceptualLikelihood : Likelihood
{
    private readonly MeanOf mean;
    private readonly FeatureNet features;
    private readonly double factor;
    private readonly double pixels;

    /// <summary>Makes the likelihood of images of one kind.</summary>
    public PerceptualLikelihood(DataSpec data, PerceptualLikelihoodSpec spec) : base(nameof(PerceptualLikelihood))
    {
        (mean, features) = (new MeanOf(MeanLink.Bounded, data), new FeatureNet(data.Shape[0], spec));
        (factor, pixels) = (data.Size / (2 * spec.Sigma * spec.Sigma), spec.Pixels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => 1;

    /// <inheritdoc/>
    public override Distribution For(Tensor parameters, Tensor? x) => new Unnormalised(mean.From(parameters), Error, mean.Rank);

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) => mean.Describe(graph, parameters);

    private Tensor Error(Tensor x, Tensor y)
    {
        (x, y) = (mean.OntoUnit(x), mean.OntoUnit(y));
        var error = Features(x).Zip(Features(y), MeanSquare).Aggregate((sum, term) => sum + term);   // [S, B]
        return factor * (pixels > 0 ? error + pixels * MeanSquare(x, y) : error);
    }

    // [.., C, H, W] → [.., C', H', W'] for each stage.
    private IEnumerable<Tensor> Features(Tensor x) =>
        features.call(x.flatten(0, -4)).Select(stage => stage.view([.. x.shape[..^3], .. stage.shape[1..]]));

    private static Tensor MeanSquare(Tensor a, Tensor b) => (a - b).square().mean([-3, -2, -1]);
}
