using VaeSharp.Distributions;
using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>λ_od Σ_{i≠j} C_ij² + λ_d Σᵢ (C_ii − 1)² for a covariance C of the codes. Kumar et al. 2018, eq. 6 and 7.</summary>
public sealed class CovarianceMatching : Objective
{
    private readonly Schedule offDiagonal;
    private readonly Schedule diagonal;
    private readonly Func<Distribution, Tensor>? spread;

    /// <summary>Makes the penalty.</summary>
    /// <param name="offDiagonal">Weight λ_od.</param>
    /// <param name="diagonal">Weight λ_d.</param>
    /// <param name="spread">What of q(z|x) is added to the diagonal, as a mean over the batch: [B, Z]. Null for nothing.</param>
    public CovarianceMatching(Schedule offDiagonal, Schedule diagonal, Func<Distribution, Tensor>? spread)
        : base(nameof(CovarianceMatching))
    {
        (this.offDiagonal, this.diagonal, this.spread) = (offDiagonal, diagonal, spread);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var q = trace.Latents[0].Posterior;
        var covariance = Covariance(q.Mean);                                                     // Cov(μ)              [Z, Z]
        if (spread is not null)
            covariance = covariance + spread(q).mean([0L]).diag();                               // + E[diag σ²]
        var identity = eye(covariance.size(0), device: covariance.device);
        var (off, on) = (offDiagonal.At(progress), diagonal.At(progress));
        var loss = ((covariance - identity).square() * (off + (on - off) * identity)).sum();
        return Losses.Minimise(loss).Log("covariance", loss);
    }

    /// <summary>(1/B) Σ (μ − μ̄)(μ − μ̄)ᵀ over the batch: [B, Z] → [Z, Z].</summary>
    private static Tensor Covariance(Tensor mean)
    {
        var centred = mean - mean.mean([0L], keepdim: true);
        return centred.t().mm(centred) / mean.size(0);
    }
}
