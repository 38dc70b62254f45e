namespace VaeSharp.Posteriors;

/// <summary>A codebook whose codes are running averages of their vectors: k-means, batch by batch.</summary>
/// <remarks>
/// N ← γN + (1 − γ)n, m ← γm + (1 − γ)Σx, e = m/N. van den Oord et al. 2017, arXiv:1711.00937, eq. 6 to 8. As m = Ne at all times, e moves
/// by (1 − γ)(Σx − ne)/N, and a code without vectors stays where it is; with γ = 0 it becomes the mean of its vectors.
/// </remarks>
internal sealed class MovingAverageCodebook : Codebook
{
    private readonly Tensor codes;
    private readonly Tensor usage;
    private readonly Tensor silence;
    private readonly double decay;

    /// <summary>Makes the codebook. Its codes are arbitrary until <see cref="Codebook.Initialise"/>.</summary>
    public MovingAverageCodebook(long units, double decay, CodebookOptions options) : base(nameof(MovingAverageCodebook), options)
    {
        this.decay = decay;
        codes = zeros(options.Count, units);
        usage = zeros(options.Count);
        silence = full([options.Count], -1, dtype: float32);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor Table => codes;

    /// <inheritdoc/>
    protected override Tensor Silence => silence;

    /// <inheritdoc/>
    protected override void Begin(Tensor x, Tensor indices) => usage.copy_(Clusters.Members(x, indices, Count).Counts);

    /// <inheritdoc/>
    protected override void Follow(Tensor x, Tensor indices)
    {
        var (counts, sums) = Clusters.Members(x, indices, Count);
        usage.mul_(decay).add_((1 - decay) * counts);
        codes.add_((1 - decay) * (sums - counts.unsqueeze(1) * codes) / usage.clamp_min(1e-30).unsqueeze(1));
    }

    /// <inheritdoc/>
    /// <remarks>With a small share, so that it soon is the mean of its vectors.</remarks>
    protected override void Renew(Tensor codes) => usage.copy_(where(codes, usage.mean() * Options.Revival, usage));
}
