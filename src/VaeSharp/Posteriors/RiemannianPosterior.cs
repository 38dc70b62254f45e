using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>A normal distribution, whose draws then follow the gradient of log p(x, z) in a metric that is learned with them.</summary>
/// <remarks>
/// The metric's centroids are means of examples that training has met lately, saved with the weights, and each example's own, which its
/// factor learns by.
/// </remarks>
[Part("riemannian",
    Paper = "Chadebec, Mantoux and Allassonnière 2020, Geometry-Aware Hamiltonian Variational Auto-Encoder, arXiv:2010.11518; "
        + "Chadebec et al. 2022, arXiv:2105.00026",
    Formula = "ρ₀ ~ N(0, G(z₀)/β₀), K times leapfrog in the metric G⁻¹(z) = Σᵢ LᵢLᵢᵀ exp(−‖z − cᵢ‖²/T²) + λI")]
public sealed record RiemannianPosteriorSpec : PosteriorSpec
{
    /// <summary>Number K of leapfrog steps. Published code: 3. Each takes a gradient of the decoder.</summary>
    [Range(1, 1000)]
    public int Steps { get; init; } = 3;

    /// <summary>Step size ε. Published code: 0.001, with which codes hardly move.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double StepSize { get; init; } = 0.01;

    /// <summary>How often solutions of a step's two implicit equations are put into them again. Published code: 2.</summary>
    [Range(0, 100)]
    public int Iterations { get; init; } = 2;

    /// <summary>
    /// β₀, whose inverse is the momentum's temperature at the start; 1/√β falls to 1 with the square of the steps. Published code: 0.3.
    /// </summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double BetaZero { get; init; } = 0.3;

    /// <summary>T, how far a centroid is felt. Published code: 1.5.</summary>
    [Range(0, 1000, MinimumIsExclusive = true)]
    public double Reach { get; init; } = 1.5;

    /// <summary>λ, what G⁻¹ is far from all centroids. Published code: 0.01.</summary>
    [Range(0, 1000, MinimumIsExclusive = true)]
    public double Floor { get; init; } = 0.01;

    /// <summary>Number of centroids that are kept.</summary>
    [Range(1, 100_000)]
    public int Centroids { get; init; } = 100;

    /// <inheritdoc/>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.Reparameterised | Traits.Euclidean;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => new HamiltonianPosteriorSpec().Needs;

    /// <inheritdoc/>
    public override bool HasMetric => true;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new RiemannianPosterior(this, features, latent);
}

/// <summary>The layers of the normal distribution and of the metric, and the metric's centroids.</summary>
public sealed class RiemannianPosterior : Posterior
{
    private const int Fresh = 4;                       // centroids of a step: those that are kept are of some epochs' worth of weights
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Linear logDiagonal;
    private readonly Linear? lower;
    private readonly Tensor centroids;
    private readonly Tensor factors;
    private readonly RiemannianPosteriorSpec spec;

    /// <summary>Makes the heads, for μ, log σ², and L's diagonal and what stands below it. No centroid is there yet.</summary>
    public RiemannianPosterior(RiemannianPosteriorSpec spec, long features, LatentSpace latent) : base(nameof(RiemannianPosterior))
    {
        var size = latent.Size;
        this.spec = spec;
        (mean, logVar, logDiagonal) = (new Linear(features, size), new Linear(features, size), new Linear(features, size));
        if (size > 1)
            lower = new Linear(features, size * (size - 1) / 2);
        (centroids, factors) = (zeros(spec.Centroids, size), zeros(spec.Centroids, size, size));
        RegisterComponents();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// log σ² is held to [−30, 20], as in <see cref="GaussianPosterior"/>, and the logarithms of L's diagonal to half of that.
    /// </remarks>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var origin = new Normal(mean.call(features), Normal.Held(logVar.call(features)));
        var factor = FullCovariancePosterior.Triangular((0.5 * Normal.Held(2 * logDiagonal.call(features))).exp(), lower?.call(features))
            .to_type(centroids.dtype);
        var metric = new CodeMetric(centroids, factors, origin.Mean.to_type(centroids.dtype), factor, spec.Reach, spec.Floor);
        var spreads = Enumerable.Range(0, spec.Steps + 1).Select(k => Spread((double)k / spec.Steps)).ToList();
        double[] cooling = [.. spreads.Skip(1).Zip(spreads, (next, last) => next / last)];
        return new Bent(origin, logJoint, metric, spec.StepSize, spreads[0], cooling, spec.Iterations) { Factor = factor };

        // 1/√β at a part of the way.
        double Spread(double part) => 1 / Math.Sqrt(spec.BetaZero) + (1 - 1 / Math.Sqrt(spec.BetaZero)) * part * part;
    }

    /// <inheritdoc/>
    /// <remarks>Codes start at centroids and walk in double precision, which inverses of the metric need.</remarks>
    public override Tensor DrawByMetric(long count, HamiltonianChainSpec chain, Noise noise) =>
        new InverseVolume(centroids.to_type(float64), factors.to_type(float64), spec.Reach, spec.Floor).Draw(count, chain, noise)
            .to_type(centroids.dtype);

    /// <inheritdoc/>
    /// <remarks>A few examples of the step replace the oldest centroids.</remarks>
    public override void Update(Distribution distribution, Progress progress)
    {
        var bent = (Bent)distribution;
        var count = Math.Min(Math.Min(Fresh, spec.Centroids), bent.Factor.size(0));
        for (var i = 0; i < count; i++)
        {
            var place = (progress.Step * Fresh + i) % spec.Centroids;
            centroids[place].copy_(bent.Origin.Mean[i].detach());
            factors[place].copy_(bent.Factor[i].detach());
        }
    }
}
