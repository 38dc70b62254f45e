using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Posteriors;

/// <summary>A codebook that a loss moves: w ‖sg[x] − e‖². van den Oord et al. 2017, arXiv:1711.00937, eq. 3.</summary>
internal sealed class GradientCodebook : Codebook
{
    private readonly Parameter codes;
    private readonly Tensor silence;
    private readonly double weight;

    /// <summary>Makes the codebook. Its codes are arbitrary until <see cref="Codebook.Initialise"/>.</summary>
    public GradientCodebook(long units, double weight, CodebookOptions options) : base(nameof(GradientCodebook), options)
    {
        this.weight = weight;
        codes = nn.Parameter(empty(options.Count, units));
        silence = full([options.Count], -1, dtype: float32);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor Table => codes;

    /// <inheritdoc/>
    protected override Tensor Silence => silence;

    /// <inheritdoc/>
    public override double Weight => weight;
}
