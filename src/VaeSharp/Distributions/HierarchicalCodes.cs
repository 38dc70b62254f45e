namespace VaeSharp.Distributions;

/// <summary>
/// Codes e₁ + … + e_L, of which each level is drawn given those in front: q(k|rₗ) ∝ exp(−‖rₗ − eₖ‖²) with r₁ = x and rₗ₊₁ = rₗ − eₗ.
/// </summary>
/// <remarks>
/// Hosking, Tang and Lapata 2022, arXiv:2203.03462, section 3.1. Draws are codes. Their pathwise gradient is that of the relaxed choice,
/// softmax((log q + g)/τ) with the Gumbel noise g that was drawn (Jang, Gu and Poole 2017, arXiv:1611.01144, section 2.2).
/// </remarks>
/// <param name="x">Vectors, at each place: [B, P, D].</param>
/// <param name="codebooks">e₁ … e_K of each level: [K, D] each.</param>
/// <param name="latent">The space of codes.</param>
public sealed class HierarchicalCodes(Tensor x, IReadOnlyList<Tensor> codebooks, LatentSpace latent) : Distribution(latent.Shape.Length)
{
    private readonly Lazy<(Tensor Code, Tensor Indices)> likeliest = new(() => Likeliest(x, codebooks));

    /// <summary>Temperature τ of the relaxed choice; null outside of training, where draws have no gradient.</summary>
    public double? Temperature { get; init; }

    /// <summary>The chance that a draw ends behind a level, in training.</summary>
    public double Dropout { get; init; }

    /// <summary>The likeliest index of each level given those in front: [B·P, L].</summary>
    public Tensor Indices => likeliest.Value.Indices.flatten(0, 1);

    /// <summary>The code of <see cref="Indices"/>: a code as draws are, where the mean is none.</summary>
    public override Tensor Mean => latent.Placed(likeliest.Value.Code);

    /// <inheritdoc/>
    /// <remarks>
    /// In training log q has, of each level, its mean given the levels in front, Σ q log q: the divergence is then exact given the path,
    /// and so is its gradient. A level that is left out has none, as if it were drawn from the uniform prior.
    /// </remarks>
    public override Draw Rsample(long samples, Noise noise)
    {
        var rest = x.unsqueeze(0).expand([samples, .. x.shape]);                                 // [S, B, P, D]
        var (sum, logQ, kept) = (zeros_like(rest), zeros(rest.shape[..^1], device: x.device), ones(rest.shape[..^1], device: x.device));
        var drawn = new List<Tensor>();
        for (var level = 0; level < codebooks.Count; level++)
        {
            var codebook = codebooks[level];
            var choice = Logits(rest, codebook).log_softmax(-1L);                                // log q(k|rₗ)  [S, B, P, K]
            var noisy = choice - (-noise.Uniform(choice.shape, x.device).clamp_min(1e-20).log()).log();
            var index = noisy.detach().argmax(-1).unsqueeze(-1);
            var hard = zeros_like(choice).scatter(-1, index, ones_like(choice));
            var chosen = Temperature is { } tau ? Through(hard, (noisy / tau).softmax(-1L)) : hard;
            var code = nn.functional.linear(chosen, codebook.t());                               // [S, B, P, D]
            var logged = Temperature is null ? choice.gather(-1, index).squeeze(-1L) : (choice.exp() * choice).sum(dim: -1L);
            if (Dropout > 0 && level > 0 && Temperature is not null)
                kept = kept * (noise.Uniform(kept.shape, x.device) >= Dropout).to_type(float32);
            sum = sum + kept.unsqueeze(-1) * code;
            logQ = logQ + kept * logged - (1 - kept) * Math.Log(codebook.size(0));
            rest = rest - code;
            drawn.Add(index);                                                                    // [S, B, P, 1]
        }
        var isWhole = Dropout == 0 || Temperature is null;                                       // else no indices lead to the sum
        return new Draw(latent.Placed(sum), () => logQ.sum(dim: -1L))
        {
            Indices = isWhole ? cat(drawn, dim: -1).view([samples, x.size(0), .. latent.Shape[1..], codebooks.Count]) : null,
        };

        static Tensor Through(Tensor hard, Tensor soft) => hard + (soft - soft.detach());
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => throw new NotSupportedException("A sum of codes does not say which codes it is of.");

    // −‖r − e‖² = 2 rᵀe − ‖e‖² but for ‖r‖², which is the same for all.
    private static Tensor Logits(Tensor rest, Tensor codebook) =>
        nn.functional.linear(rest, 2 * codebook, -codebook.square().sum(dim: 1L));

    private static (Tensor Code, Tensor Indices) Likeliest(Tensor x, IReadOnlyList<Tensor> codebooks)
    {
        var (rest, indices) = (x, new List<Tensor>());
        foreach (var codebook in codebooks)
        {
            var index = Logits(rest.detach(), codebook.detach()).argmax(-1);                     // [B, P]
            indices.Add(index);
            rest = rest - codebook.index_select(0, index.flatten()).view(x.shape);
        }
        return (x - rest, stack(indices, dim: -1));
    }
}
