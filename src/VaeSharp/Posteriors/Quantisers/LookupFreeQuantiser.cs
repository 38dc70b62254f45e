using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>The sign of each unit: 2ᴰ codes, and no codebook. Yu et al. 2023, arXiv:2310.05737, section 3.1.</summary>
internal sealed class LookupFreeQuantiser : Quantiser
{
    private readonly LookupFreePosteriorSpec spec;
    private readonly long units;

    /// <summary>Makes the quantiser of D units.</summary>
    public LookupFreeQuantiser(LookupFreePosteriorSpec spec, long units) : base(nameof(LookupFreeQuantiser))
    {
        (this.spec, this.units) = (spec, units);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Count => 1L << (int)units;

    /// <inheritdoc/>
    public override Tensor Middle => zeros(units);

    /// <inheritdoc/>
    public override Quantisation Of(Tensor x)
    {
        var bits = x.detach() > 0;
        var signs = 2 * bits.to_type(float32) - 1;
        var indices = (bits.to_type(int64) * Powers(x.device)).sum(1, keepdim: true);
        var logits = Logits(x);
        var entropy = OfEach(logits) - spec.Diversity * OfAll(logits);
        return new Quantisation(x.detach(), CodeGradient.StraightThrough.Pass(x, signs), indices,
            [("commitment", spec.Commitment * Clusters.SquaredDistance(x, signs)), ("entropy", spec.Entropy * entropy)]);
    }

    /// <inheritdoc/>
    public override Tensor At(Tensor indices) =>
        2 * (indices.to_type(float64) / Powers(indices.device)).floor().remainder(2).to_type(float32) - 1;

    // A soft choice, q(c|x) ∝ exp(−‖x − c‖²/τ), takes each sign by itself, +1 with probability σ(4x/τ).
    private Tensor Logits(Tensor x) => x * (4 / spec.Temperature);

    /// <summary>H(q(c|x)) of each vector, in nats, the sum over its units: [N].</summary>
    internal static Tensor OfEach(Tensor logits)
    {
        var p = logits.sigmoid();
        return (p * nn.functional.softplus(-logits) + (1 - p) * nn.functional.softplus(logits)).sum(dim: 1L);
    }

    /// <summary>
    /// H(E q(c|x)) over the vectors, in nats: a scalar. Codes of the first half of the units times codes of the second are all codes, so
    /// that their mean is one product of matrices, and the 2ᴰ codes are never there for each vector.
    /// </summary>
    internal static Tensor OfAll(Tensor logits)
    {
        var half = logits.size(1) / 2;
        var mean = OfCodes(logits.narrow(1, 0, half)).t().mm(OfCodes(logits.narrow(1, half, logits.size(1) - half))) / logits.size(0);
        return -(mean * mean.clamp_min(1e-30).log()).sum();

        // The probability of every code of some units: [N, 2^units].
        static Tensor OfCodes(Tensor logits)
        {
            var all = ones([logits.size(0), 1], logits.dtype, logits.device);
            for (var i = 0L; i < logits.size(1); i++)
            {
                var one = logits.narrow(1, i, 1);
                all = cat([all * (-one).sigmoid(), all * one.sigmoid()], dim: 1);
            }
            return all;
        }
    }

    private Tensor Powers(Device device) =>
        tensor(Enumerable.Range(0, (int)units).Select(i => 1L << i).ToArray(), device: device);
}
