using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>The mixture of the posteriors at pseudo-inputs, which are examples that the model makes up (VampPrior).</summary>
[Part("vamp", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120, eq. 9",
    Formula = "p(z) = (1/K) Σ q(z|uₖ),  uₖ learned")]
public sealed record VampPriorSpec : PriorSpec
{
    /// <summary>Number K of pseudo-inputs. Paper: 500.</summary>
    [Range(1, 100_000)]
    public int PseudoInputs { get; init; } = 500;

    /// <summary>
    /// Mean of the pseudo-inputs' elements at the start: a fraction of the data's range, or a value where that has no ends. Published code:
    /// 0.05 on MNIST.
    /// </summary>
    [Range(0, 1)]
    public double InputMean { get; init; } = 0.05;

    /// <summary>Their standard deviation at the start, in the same unit. Published code: 0.01 on MNIST.</summary>
    [Range(0, 10)]
    public double InputSpread { get; init; } = 0.01;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAnywhere | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.DensityAnywhere)];

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new VampPrior(this, data);
}

/// <summary>p(z) = (1/K) Σ q(z|uₖ). Under a condition, each pseudo-input learns its label too: a weight for each class.</summary>
public sealed class VampPrior : Prior, IInitialised
{
    private readonly Parameter inputs;
    private readonly Parameter? labels;
    private readonly VampPriorSpec spec;
    private readonly DataSpec data;

    /// <summary>Makes the pseudo-inputs. They are arbitrary until <see cref="Initialise"/>.</summary>
    public VampPrior(VampPriorSpec spec, DataSpec data) : base(nameof(VampPrior))
    {
        (this.spec, this.data) = (spec, data);
        inputs = nn.Parameter(empty([spec.PseudoInputs, .. data.Shape]));
        if (data.Classes > 0)
            labels = nn.Parameter(empty(spec.PseudoInputs, data.Classes));
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>The encoder sees each pseudo-input once in a pass, clipped to the range of the data.</remarks>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device)
    {
        var components = encode(inputs.clamp(data.Low, data.High), this.labels?.softmax(-1));    // q(z|uₖ)  [K]
        return new Mixture(components, full(spec.PseudoInputs, -Math.Log(spec.PseudoInputs), dtype: float32, device: device));
    }

    /// <inheritdoc/>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (origin, unit) = data.IsBounded ? (data.Low, data.High - data.Low) : (0, 1);
        inputs.copy_(origin + unit * (spec.InputMean + spec.InputSpread * noise.Normal(inputs.shape, inputs.device)));
        labels?.copy_(noise.Normal(labels.shape, labels.device));
    }
}
