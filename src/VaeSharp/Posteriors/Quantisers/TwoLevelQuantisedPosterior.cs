using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>
/// q(z|x) = δ(z − [e₁, e₂↑]): the top's code e₂ for each block of 2 × 2 places, from features that are halved, and the bottom's e₁ for each
/// place, from its features and the codes of the blocks around it. To the decoder a block's code is at all its places.
/// </summary>
/// <remarks>
/// Razavi, van den Oord and Vinyals 2019, arXiv:1906.00446, algorithm 1. The indices of a block are its own and then its places', so that a
/// prior that draws them in the order of reading knows the top's code where it draws the bottom's below it; the paper draws all of the top
/// first. Where the encoder leaves no raster there is one block of one place.
/// </remarks>
public sealed class TwoLevelQuantisedPosterior : Posterior, ICodes
{
    private readonly TwoLevelVectors vectors;
    private readonly Quantiser top;
    private readonly Quantiser bottom;
    private readonly LatentSpace latent;
    private readonly RasterBlocks raster;
    private readonly bool[] exists;

    /// <summary>Makes the layers in front of two quantisers, each of half the units.</summary>
    internal TwoLevelQuantisedPosterior(long features, LatentSpace latent, int blocks, Quantiser top, Quantiser bottom)
        : base(nameof(TwoLevelQuantisedPosterior))
    {
        (this.latent, this.top, this.bottom) = (latent, top, bottom);
        var (height, width) = latent.Raster ?? (1, 1);
        raster = new RasterBlocks(height, width);
        exists = raster.Exist();
        vectors = new TwoLevelVectors(raster, features / latent.Places, latent.Units / 2, blocks);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override ICodes Codes => this;

    /// <inheritdoc/>
    public long Count => top.Count;

    /// <inheritdoc/>
    public long[] IndexShape => latent.Raster is null ? [RasterBlocks.Size] : [raster.Rows, raster.Columns, RasterBlocks.Size];

    /// <inheritdoc/>
    public IReadOnlyList<bool>? Exists => exists.All(one => one) ? null : exists;

    /// <inheritdoc/>
    public long[] Shape => latent.Shape;

    /// <inheritdoc/>
    public Tensor Middle => latent.Everywhere(cat([bottom.Middle, top.Middle]).to(vectors.parameters().First().device));

    /// <inheritdoc/>
    public Tensor IndicesOf(Distribution q) => ((Quantised)q).Indices;

    /// <inheritdoc/>
    public Tensor At(Tensor indices)
    {
        var (blocks, places) = raster.Split(indices.reshape(-1, RasterBlocks.Size));
        return Placed(top.At(blocks), bottom.At(places));
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        var above = top.Of(vectors.OfBlocks(features));                                          // [B·h'·w', C/2]
        var below = bottom.Of(vectors.OfPlaces(features, above.Codes));                          // [B·h·w, C/2]
        var choice = new Quantisation(raster.Join(above.Inputs, below.Inputs), raster.Join(above.Codes, below.Codes),
            raster.Join(above.Indices, below.Indices), [.. ByLevel(above.Losses, below.Losses)]);
        return new Quantised(Placed(above.Codes, below.Codes), choice, this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor Value)> Losses(Distribution distribution)
    {
        var examples = distribution.Mean.size(0);
        return [.. ((Quantised)distribution).Choice.Losses.Select(loss => (loss.Name, loss.Value.view(examples, -1).sum(dim: 1L)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor Value)> Measures(Distribution distribution)
    {
        var (blocks, places) = raster.Split(((Quantised)distribution).Choice.Indices);
        return [.. ByLevel(CodeUsage.Measures(blocks, Count), CodeUsage.Measures(places, Count))];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Vectors are those of the step. Where the top's codes have become all new, those of the bottom are a little off, until it is made
    /// anew as well: behind the next of steps 1, 2, 4, 8 …
    /// </remarks>
    public override void Update(Distribution distribution, Progress progress)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var choice = ((Quantised)distribution).Choice;
        var (inputs, codes, indices) = (raster.Split(choice.Inputs), raster.Split(choice.Codes), raster.Split(choice.Indices));
        top.Update(new Quantisation(inputs.Blocks, codes.Blocks, indices.Blocks, []), progress);
        bottom.Update(new Quantisation(inputs.Places, codes.Places, indices.Places, []), progress);
    }

    private Tensor Placed(Tensor blocks, Tensor places) =>
        latent.Placed(cat([places, raster.Spread(blocks)], dim: 1).view(-1, latent.Places, latent.Units));

    private static IEnumerable<(string Name, Tensor Value)> ByLevel(
        IEnumerable<(string Name, Tensor Value)> above, IEnumerable<(string Name, Tensor Value)> below) =>
        [.. above.Select(value => ($"{value.Name}-top", value.Value)), .. below.Select(value => ($"{value.Name}-bottom", value.Value))];
}
