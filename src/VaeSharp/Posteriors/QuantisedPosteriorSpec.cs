using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Posteriors;

/// <summary>A posterior that chooses one of finitely many codes, at each place of an image where the network leaves places.</summary>
public abstract record QuantisedPosteriorSpec : PosteriorSpec
{
    /// <inheritdoc/>
    /// <remarks>
    /// Its density is a probability, 1 at the code. What passes as gradient of its draws is an estimate, so that they count as having none.
    /// </remarks>
    public override Traits Gives => Traits.DensityAtOwnDraw | Traits.FinitelyMany | Traits.MeanKnown;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("prior", Traits.FinitelyMany)];

    /// <inheritdoc/>
    public override bool KeepsPlaces => true;

    /// <inheritdoc/>
    public override bool IsCertain => true;

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new QuantisedPosterior(features, latent, Quantiser(latent.Units));

    /// <summary>Builds the quantiser of vectors.</summary>
    private protected abstract Quantiser Quantiser(long units);
}

/// <summary>A posterior that chooses the nearest code of a codebook.</summary>
public abstract record CodebookPosteriorSpec : QuantisedPosteriorSpec
{
    /// <summary>Number K of codes of a codebook. VQ-VAE: 512; SoundStream: 1024.</summary>
    [Range(1, 1 << 20)]
    public int Codes { get; init; } = 512;

    /// <summary>Weight β of the squared distance that draws vectors to their codes. VQ-VAE: 0.25.</summary>
    [Range(0, 1e6)]
    public double Commitment { get; init; } = 0.25;

    /// <summary>How the decoder's gradient passes to the encoder.</summary>
    public CodeGradient Gradient { get; init; }

    /// <summary>
    /// Rounds of k-means on a batch that the codebook starts from; 0 starts it at small random codes, as van den Oord et al. do.
    /// </summary>
    [Range(0, 1000)]
    public int KMeans { get; init; } = 10;

    /// <summary>
    /// The last step behind which k-means makes the codebook, of 1, 2, 4, 8 …, as a young encoder's vectors move away from their codes.
    /// </summary>
    [Range(1, 1 << 30)]
    public int Warmup { get; init; } = 256;

    /// <summary>
    /// Share r of an equal usage: a code without any vector where 3 were to be expected with that share is replaced by a vector of the
    /// batch that no code is near to. With 6272 vectors of a batch, 512 codes and the default, after 9 steps. 0 keeps unused codes.
    /// </summary>
    [Range(0, 1)]
    public double Revival { get; init; } = 0.03;

    private protected CodebookOptions Options => new(Codes, KMeans, Warmup, Revival);
}

/// <summary>A posterior that chooses the nearest code of a codebook whose codes are running averages of their vectors.</summary>
public abstract record AveragedPosteriorSpec : CodebookPosteriorSpec
{
    /// <summary>Weight γ of the past in the averages. VQ-VAE: 0.99.</summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Decay { get; init; } = 0.99;

    private protected Codebook Codebook(long units) => new MovingAverageCodebook(units, Decay, Options);
}
