namespace VaeSharp.Distributions;

/// <summary>
/// Codes whose indices are drawn one after the other, each given those in front: p(z) = ∏ p(kᵢ | k₁ … kᵢ₋₁), places in the order of
/// reading, and the Q indices of a place behind each other; those that do not exist are left out. Its densities are probabilities.
/// </summary>
/// <remarks>van den Oord et al. 2016, arXiv:1606.05328, eq. 1, of the codes of van den Oord et al. 2017, arXiv:1711.00937.</remarks>
/// <param name="codes">The codes.</param>
/// <param name="logits">The probabilities of an index given those in front.</param>
/// <param name="told">What is told of each of B codes, [B, Y]; null for one distribution of all codes.</param>
/// <param name="device">Where draws are made.</param>
public sealed class AutoregressiveCodes(ICodes codes, ICodeLogits logits, Tensor? told, Device device)
    : Distribution(codes.Shape.Length)
{
    // Logits that are computed at once: those of many codes would fill the memory.
    private const long MostAtOnce = 1 << 25;

    /// <summary>
    /// The code whose indices are each the likeliest one given those in front: the mean of codes is none of them, and has no formula.
    /// [*event], or [B, *event] where something is told.
    /// </summary>
    public override Tensor Mean => Drawn(1, Likeliest).squeeze(0);

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise) => Sample(samples, noise, temperature: 1);

    /// <inheritdoc/>
    /// <remarks>
    /// Between codes there is nothing, so that the temperature τ is that of each index: p(kᵢ | …)^(1/τ), made to sum to 1. At 0 it is
    /// <see cref="Mean"/>.
    /// </remarks>
    public override Tensor Sample(long samples, Noise noise, double temperature)
    {
        return Drawn(samples, temperature > 0 ? ByChance : Likeliest);

        // Behind a maximum of 0 a small temperature makes logits −∞, and no number that is none.
        Tensor ByChance(Tensor given) =>
            DrawIndex((given - given.amax([1L], keepdim: true)) / Math.Max(temperature, 1e-30), 1,
                noise.Uniform([given.size(0), 1], given.device)).squeeze(1);
    }

    /// <summary>Log probability of codes, by their indices: [.., *index], or [.., B, *index] where something is told → [..].</summary>
    public Tensor LogProbAt(Tensor indices)
    {
        var all = indices.reshape([-1, .. Raster]);                                              // [N, h, w, Q]
        var (count, pieces) = (all.size(0), new List<Tensor>());
        var labels = told?.repeat(count / told.size(0), 1);                                      // [N, Y]
        var lacking = codes.Exists is { } exists ? tensor(exists.Select(one => !one).ToArray(), device: all.device) : null;
        var most = Math.Max(1, MostAtOnce / (Raster.Aggregate(1L, (product, size) => product * size) * codes.Count));
        for (var from = 0L; from < count; from += most)
        {
            var size = Math.Min(most, count - from);
            var piece = all.narrow(0, from, size);
            var logP = logits.Of(piece, labels?.narrow(0, from, size)).log_softmax(-1L);            // [N, h, w, Q, K]
            var known = logP.gather(-1, piece.unsqueeze(-1)).flatten(1);                         // [N, h·w·Q]
            pieces.Add((lacking is null ? known : known.masked_fill(lacking, 0)).sum(dim: 1L));
        }
        return cat(pieces, dim: 0).view(indices.shape[..^codes.IndexShape.Length]);
    }

    /// <inheritdoc/>
    public override Tensor LogProbOf(Draw draw) => draw.Indices is { } indices
        ? LogProbAt(indices).expand(draw.Z.shape[..^EventRank])
        : throw new NotSupportedException("These codes are known by their indices, and the draw has none.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a vector does not say which codes it is of, where it is a sum of some.</exception>
    public override Tensor LogProb(Tensor x) =>
        throw new NotSupportedException($"These codes are known by their indices: use {nameof(LogProbAt)}.");

    // [h, w, Q]
    private long[] Raster => codes.IndexShape.Length == 1 ? [1, 1, codes.IndexShape[0]] : codes.IndexShape;

    private static Tensor Likeliest(Tensor given) => given.argmax(1);

    // Codes whose indices are chosen one by one, from logits [N, K] to [N]: [S, *event] or [S, B, *event].
    private Tensor Drawn(long samples, Func<Tensor, Tensor> choose)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        long[] several = told is null ? [samples] : [samples, told.size(0)];
        var (raster, labels) = (Raster, told?.repeat(samples, 1));
        var (width, depth) = (raster[1], raster[2]);
        var indices = zeros([several.Aggregate(1L, (product, size) => product * size), .. raster], int64, device);
        for (var row = 0L; row < raster[0]; row++)
        {
            using var rows = NewDisposeScope();
            var (own, ofRow) = (indices.narrow(1, row, 1), logits.OfRow(indices.narrow(1, 0, row), labels));
            for (var i = 0L; i < width * depth; i++)
            {
                if (codes.Exists is { } exists && !exists[(int)(row * width * depth + i)])
                    continue;
                using var step = NewDisposeScope();
                At(own).copy_(choose(At(ofRow(own))));                                           // [N] from [N, K]

                Tensor At(Tensor places) => places.select(1, 0).select(1, i / depth).select(1, i % depth);
            }
        }
        var z = codes.At(indices.view([-1, .. codes.IndexShape]));
        return z.reshape([.. several, .. codes.Shape]).MoveToOuterDisposeScope();
    }
}
