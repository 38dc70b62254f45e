using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>What a penalty punishes in one pass: a scalar, in nats per example.</summary>
internal delegate Tensor PenaltyTerm(Autoencoder model, Trace trace, Progress progress);

/// <summary>A penalty that is one term times a weight, and owns nothing that learns. The log has the term without the weight.</summary>
internal sealed class WeightedPenalty : Objective
{
    private readonly string entry;
    private readonly Schedule weight;
    private readonly PenaltyTerm term;

    /// <summary>Makes the penalty.</summary>
    /// <param name="entry">The term's name in the log.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="term">The term.</param>
    public WeightedPenalty(string entry, Schedule weight, PenaltyTerm term) : base(nameof(WeightedPenalty))
    {
        (this.entry, this.weight, this.term) = (entry, weight, term);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Losses Compute(Autoencoder model, Trace trace, Progress progress)
    {
        var value = term(model, trace, progress);
        return Losses.Minimise(weight.At(progress) * value).Log(entry, value);
    }
}
