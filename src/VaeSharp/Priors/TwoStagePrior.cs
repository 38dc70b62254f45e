using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using LinearLayers = TorchSharp.Modules.ModuleList<VaeSharp.Networks.Linear>;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>A second variational autoencoder, fitted to the codes of the trained model. Of its density a lower bound is known.</summary>
[Part("two-stage", Paper = "Dai and Wipf 2019, Diagnosing and Enhancing VAE Models, arXiv:1903.05789, section 4",
    Formula = "p(z) = ∫ N(z; f(u), γ² I) N(u; 0, I) du,  fitted to z ~ q(z|x) by its own bound")]
public sealed record TwoStagePriorSpec : PriorSpec
{
    /// <summary>
    /// Widths of the hidden layers of its encoder, from z to u; its decoder has them in reverse. Published code: three of 1024.
    /// </summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [1024, 1024, 1024];

    /// <inheritdoc/>
    public override Traits Gives => Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Euclidean)];

    /// <inheritdoc/>
    public override PriorSpec WhileTraining() => new StandardNormalPriorSpec();

    /// <inheritdoc/>
    public override Prior Build(LatentSpace latent, DataSpec data) => new TwoStagePrior(this, latent);
}

/// <summary>p(z) = ∫ N(z; f(u), γ² I) N(u; 0, I) du with as many units of u as of z, and q(u|z) to fit it by.</summary>
/// <remarks>
/// As in the published code, what goes into a network also goes around its hidden layers, and γ is one number, 1 at the start.
/// </remarks>
public sealed class TwoStagePrior : Prior
{
    private readonly LinearLayers encoder;
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly LinearLayers decoder;
    private readonly Linear output;
    private readonly Parameter logGamma;
    private readonly LatentSpace latent;

    /// <summary>Makes the second stage.</summary>
    public TwoStagePrior(TwoStagePriorSpec spec, LatentSpace latent) : base(nameof(TwoStagePrior))
    {
        this.latent = latent;
        var size = latent.Size;
        encoder = Mlp.Layers(size, spec.Hidden, Activation.Relu);
        decoder = Mlp.Layers(size, [.. spec.Hidden.Reverse()], Activation.Relu);
        var (features, codes) = spec.Hidden.Count == 0 ? (size, size) : (spec.Hidden[^1], spec.Hidden[0]);
        mean = new Linear(size + features, size);
        logVar = new Linear(size + features, size);
        output = new Linear(size + codes, size);
        logGamma = nn.Parameter(zeros(1));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(EncodeAt encode, Tensor? labels, Device device) =>
        new Marginal(new StandardNormal(latent.Shape, device), Decode, Encode);

    // p(z|u) = N(f(u), γ² I)
    private Normal Decode(Tensor u) => new(output.call(Beside(decoder, u)), Normal.Held(2 * logGamma));

    // q(u|z)
    private Normal Encode(Tensor z)
    {
        var features = Beside(encoder, z);
        return new Normal(mean.call(features), Normal.Held(logVar.call(features)));
    }

    private static Tensor Beside(LinearLayers layers, Tensor x) => cat([x, Mlp.Forward(layers, x)], dim: -1);
}
