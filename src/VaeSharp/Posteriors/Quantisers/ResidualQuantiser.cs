using TorchSharp.Modules;
using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>
/// The nearest code, then the nearest to what that leaves, and so on: the code is the sum. With one codebook it is vector quantisation.
/// </summary>
internal sealed class ResidualQuantiser : Quantiser
{
    private readonly ModuleList<Codebook> codebooks;
    private readonly double commitment;
    private readonly CodeGradient gradient;

    /// <summary>Makes the quantiser.</summary>
    /// <param name="codebooks">A codebook for each stage, of as many codes each.</param>
    /// <param name="commitment">Weight β of what draws vectors to their codes.</param>
    /// <param name="gradient">How the gradient passes through the codes.</param>
    public ResidualQuantiser(IEnumerable<Codebook> codebooks, double commitment, CodeGradient gradient) : base(nameof(ResidualQuantiser))
    {
        (this.commitment, this.gradient) = (commitment, gradient);
        this.codebooks = nn.ModuleList([.. codebooks]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Count => codebooks[0].Count;

    /// <inheritdoc/>
    public override long Indices => codebooks.Count;

    /// <inheritdoc/>
    public override Tensor Middle => codebooks.Select(codebook => codebook.Table.detach().mean([0L])).Aggregate((sum, mean) => sum + mean);

    /// <inheritdoc/>
    /// <remarks>Each stage's losses are those of what it gets: β ‖r − sg[e]‖², and w ‖sg[r] − e‖² where codes move by gradient.</remarks>
    public override Quantisation Of(Tensor x)
    {
        var (rest, sum) = (x, zeros_like(x));
        var (chosen, commitments, pulls) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        foreach (var codebook in codebooks)
        {
            var (r, indices) = (rest, codebook.Nearest(rest));
            var code = codebook.At(indices);
            var still = code.detach();
            chosen.Add(indices);
            commitments.Add(commitment * Clusters.SquaredDistance(r, still));
            if (codebook.Weight > 0)
                pulls.Add(codebook.Weight * Clusters.SquaredDistance(r.detach(), code));
            (rest, sum) = (rest - still, sum + still);
        }
        var losses = new List<(string, Tensor)> { ("commitment", Sum(commitments)) };
        if (pulls.Count > 0)
            losses.Add(("codebook", Sum(pulls)));
        return new Quantisation(x.detach(), gradient.Pass(x, sum), stack(chosen, dim: 1), losses);

        static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((sum, term) => sum + term);
    }

    /// <inheritdoc/>
    public override Tensor At(Tensor indices) =>
        codebooks.Select((codebook, stage) => codebook.At(indices.select(1, stage))).Aggregate((sum, code) => sum + code);

    /// <inheritdoc/>
    /// <remarks>What a codebook leaves is the next one's.</remarks>
    public override void Update(Quantisation choice, Progress progress)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rest = choice.Inputs;
        for (var stage = 0; stage < codebooks.Count; stage++)
            rest = rest - codebooks[stage].Update(rest, choice.Indices.select(1, stage), progress);
    }
}
