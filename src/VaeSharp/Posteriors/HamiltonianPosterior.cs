using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution, whose draws then follow the gradient of log p(x, z), with a momentum that cools.</summary>
[Part("hamiltonian", Paper = "Caterini, Doucet and Sejdinovic 2018, Hamiltonian Variational Auto-Encoder, arXiv:1805.11328, algorithm 1",
    Formula = "(z₀, ρ₀) ~ N(μ(x), diag σ²(x)) N(0, I/β₀), K times leapfrog and ρ ← √(β_{k−1}/β_k) ρ")]
public sealed record HamiltonianPosteriorSpec : PosteriorSpec
{
    /// <summary>Number K of leapfrog steps; 0 is the gaussian posterior. Paper: 1 to 20. Each takes a gradient of the decoder.</summary>
    [Range(0, 1000)]
    public int Steps { get; init; } = 5;

    /// <summary>Step size ε of every unit at the start; it is learned. Published code: 0.2.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double StepSize { get; init; } = 0.2;

    /// <summary>What no step size can exceed, as a multiple of its start. Published code: 2.5.</summary>
    [Range(1, 1000, MinimumIsExclusive = true)]
    public double MostGrowth { get; init; } = 2.5;

    /// <summary>How the momentum cools.</summary>
    public Tempering Tempering { get; init; }

    /// <summary>The momentum's temperature 1/β₀ at the start, learned from there; 1 without tempering. Published code: 1.5.</summary>
    [Range(1, 1000, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 1.5;

    /// <inheritdoc/>
    /// <remarks>Its density is that of z and momentum together, which importance weights may have as they would z's alone.</remarks>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.Reparameterised | Traits.Euclidean;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => Steps == 0
        ? []
        :
        [
            new("prior", Traits.DensityAnywhere | Traits.Euclidean | Traits.TwiceDifferentiable),
            new("likelihood", Traits.NormalisedLikelihood | Traits.TwiceDifferentiable),
            new("network", Traits.IndependentExamples),
            new("hierarchy", Traits.OneVariable),
        ];

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => Steps == 0
        ? new GaussianPosterior(features, latent)
        : new HamiltonianPosterior(this, features, latent);
}

/// <summary>How 1/√β goes from 1/√β₀ to 1 over the K steps.</summary>
public enum Tempering
{
    /// <summary>1/√β_k = 1/√β₀ + (1 − 1/√β₀) k²/K², with β₀ learned.</summary>
    Quadratic,

    /// <summary>Each step's √(β_{k−1}/β_k) is learned, between 0 and 1.</summary>
    Free,

    /// <summary>β = 1 all along.</summary>
    None,
}

/// <summary>The layers of the normal distribution, the step sizes and the temperatures.</summary>
public sealed class HamiltonianPosterior : Posterior
{
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Parameter stepSize;
    private readonly Parameter? cooling;
    private readonly HamiltonianPosteriorSpec spec;

    /// <summary>Makes the heads, for μ and log σ², and the numbers of the dynamics.</summary>
    public HamiltonianPosterior(HamiltonianPosteriorSpec spec, long features, LatentSpace latent) : base(nameof(HamiltonianPosterior))
    {
        this.spec = spec;
        (mean, logVar) = (new Linear(features, latent.Size), new Linear(features, latent.Size));
        stepSize = nn.Parameter(full(latent.Size, -Math.Log(spec.MostGrowth - 1), dtype: float32));
        var alpha = Math.Pow(spec.Temperature, -0.5 / spec.Steps);                               // all steps together cool from T to 1
        cooling = spec.Tempering switch
        {
            Tempering.Quadratic => nn.Parameter(full(1, Math.Log(spec.Temperature - 1), dtype: float32)),
            Tempering.Free => nn.Parameter(full(spec.Steps, Math.Log(alpha / (1 - alpha)), dtype: float32)),
            _ => null,
        };
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>log σ² is held to [−30, 20], as in <see cref="GaussianPosterior"/>.</remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var step = spec.StepSize * spec.MostGrowth * stepSize.sigmoid();                         // ε  [Z], below its bound
        var (spread, factors) = Cooling();
        return new Evolved(new Normal(mean.call(features), Normal.Held(logVar.call(features))), logJoint, step, spread, factors);
    }

    /// <inheritdoc/>
    public override void Describe(LayerGraph graph, LayerNode features, LatentSpace latent)
    {
        var (zMean, zLogVar) = (graph.Dense(mean, features, name: "z_mean"), graph.Dense(logVar, features, name: "z_log_var"));
        graph.End(graph.Other(this, latent.Shape, graph.Sample(zMean, zLogVar)));
    }

    /// <summary>1/√β₀, and √(β_{k−1}/β_k) of each step.</summary>
    internal (Tensor Spread, IReadOnlyList<Tensor> Factors) Cooling()
    {
        if (spec.Tempering == Tempering.Free)
        {
            var alphas = cooling!.sigmoid();
            return (1 / alphas.prod(), alphas.unbind());
        }
        var spread = cooling is null ? ones(1, device: stepSize.device) : (1 + cooling.exp()).sqrt();
        var spreads = Enumerable.Range(0, spec.Steps + 1)                                        // 1/√β_k
            .Select(k => spread + (1 - spread) * ((double)k * k / ((double)spec.Steps * spec.Steps))).ToList();
        return (spread, [.. spreads.Skip(1).Zip(spreads, (next, last) => next / last)]);
    }
}
