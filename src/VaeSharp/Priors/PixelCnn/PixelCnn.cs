using VaeSharp.Distributions;
using VaeSharp.Networks;
using GatedLayers = TorchSharp.Modules.ModuleList<VaeSharp.Priors.GatedPixelLayer>;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Priors;

/// <summary>The logits of each index of a raster, which depend on the indices in front of it, on all of them and on no other.</summary>
/// <remarks>
/// van den Oord et al. 2016, arXiv:1606.05328, section 2. Features are in Q equal groups, the group of an index and those in front of it
/// being what its logits are made of, as there those of a pixel's colours are.
/// </remarks>
internal sealed class PixelCnn : nn.Module, IInitialised, ICodeLogits
{
    private readonly Parameter embedding;
    private readonly GatedLayers layers;
    private readonly MaskedConvolution hidden;
    private readonly MaskedConvolution output;
    private readonly long count;
    private readonly long depth;

    /// <summary>Makes the layers; weights are arbitrary until they are initialised.</summary>
    /// <param name="spec">Their sizes.</param>
    /// <param name="count">Number K of values of an index.</param>
    /// <param name="depth">Number Q of indices of a place.</param>
    /// <param name="classes">Number of classes that are told; 0 where none is.</param>
    public PixelCnn(PixelCnnPriorSpec spec, long count, long depth, long classes) : base(nameof(PixelCnn))
    {
        (this.count, this.depth) = (count, depth);
        var share = (spec.Width + depth - 1) / depth;
        embedding = nn.Parameter(empty(depth * count, share));
        var groups = Groups(share);
        layers = nn.ModuleList([.. Enumerable.Range(0, spec.Layers)
            .Select(layer => new GatedPixelLayer(groups, spec.Reach, classes, isFirst: layer == 0))]);
        hidden = new MaskedConvolution(groups, groups, reach: 0, isStrict: false);
        output = new MaskedConvolution(groups, Groups(count), reach: 0, isStrict: false);
        RegisterComponents();

        int[] Groups(long size) => [.. Enumerable.Range(0, (int)(depth * size)).Select(channel => (int)(channel / size))];
    }

    /// <summary>Draws the vectors that stand for indices.</summary>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        embedding.copy_(noise.Normal(embedding.shape, embedding.device));
    }

    /// <inheritdoc/>
    public Tensor Of(Tensor indices, Tensor? told) => LogitsOf(Embed(indices), told);

    /// <inheritdoc/>
    public Func<Tensor, Tensor> OfRow(Tensor above, Tensor? told)
    {
        var row = above.size(1);
        var x = nn.functional.pad(Embed(above), [0, 0, 0, 1]);                                   // [N, F, row + 1, w]
        var hints = new List<Tensor>();
        foreach (var layer in layers)
        {
            (x, var hint) = layer.FromAbove(x, told);
            hints.Add(hint.narrow(2, row, 1));
        }
        return indices => Finished(layers.Zip(hints).Aggregate(Embed(indices), (before, one) => one.First.Along(before, one.Second)));
    }

    /// <summary>The same from the vectors that stand for the indices, those of a place behind each other: [N, F, h, w].</summary>
    internal Tensor LogitsOf(Tensor x, Tensor? told)
    {
        var (above, before) = (x, x);
        foreach (var layer in layers)
        {
            (above, var hint) = layer.FromAbove(above, told);
            before = layer.Along(before, hint);
        }
        return Finished(before);
    }

    // [N, F, h, w] → [N, h, w, Q, K]
    private Tensor Finished(Tensor x)
    {
        var logits = output.call(Activation.Relu.Apply(hidden.call(Activation.Relu.Apply(x))));
        return logits.view(x.size(0), depth, count, x.size(2), x.size(3)).permute(0, 3, 4, 1, 2);
    }

    private Tensor Embed(Tensor indices)
    {
        var tables = arange(depth, dtype: int64, device: indices.device) * count;                // one for each index of a place
        var rows = (indices + tables).reshape(-1);
        var vectors = embedding.index_select(0, rows).view([.. indices.shape[..^1], depth * embedding.size(1)]);   // [N, h, w, F]
        return vectors.permute(0, 3, 1, 2).contiguous();
    }
}
