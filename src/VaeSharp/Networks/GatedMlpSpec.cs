using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>Fully connected layers, each times a gate that the layer learns too. The decoder has the encoder's widths in reverse.</summary>
[Part("gated-mlp", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120; Dauphin et al. 2017, arXiv:1612.08083, eq. 1",
    Formula = "h = (A x + b) ⊙ σ(C x + d)")]
public sealed record GatedMlpSpec : NetworkSpec
{
    /// <summary>Widths of the hidden layers, from the data to the code. Paper: two of 300.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [300, 300];

    /// <inheritdoc/>
    public override Form Input => Form.Vector;

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input) =>
        new LayersEncoder(Layers(input[0], Hidden), Hidden.Count > 0 ? Hidden[^1] : input[0]);

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data)
    {
        var output = new Linear(Hidden.Count > 0 ? Hidden[0] : inputs, parameters * data.Size);
        return new LayersDecoder(Layers(inputs, [.. Hidden.Reverse()]), [], output, parameters, data);
    }

    private static IEnumerable<GatedLinear> Layers(long inputs, IReadOnlyList<long> widths) =>
        widths.Select((width, i) => new GatedLinear(i == 0 ? inputs : widths[i - 1], width));
}
