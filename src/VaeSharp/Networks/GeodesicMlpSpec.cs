using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Networks;

/// <summary>
/// Fully connected layers, of which the decoder's first takes distances from hyperplanes of hyperbolic space. The decoder has the encoder's
/// widths in reverse.
/// </summary>
[Part("geodesic-mlp", Paper = "Mathieu et al. 2019, Continuous Hierarchical Representations with Poincaré Variational Auto-Encoders, "
    + "arXiv:1901.06033, section 3.2; Ganea, Bécigneul and Hofmann 2018, Hyperbolic Neural Networks, arXiv:1805.09112",
    Formula = "hₖ = relu(‖aₖ‖ d(z, Hₖ)),  Hₖ the plane across aₖ at bₖ")]
public sealed record GeodesicMlpSpec : NetworkSpec
{
    /// <summary>Widths of the hidden layers, from the data to the code. Paper: one of 600.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [600];

    /// <summary>The function behind each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    public override IReadOnlyList<Need> Needs => [new("posterior", Traits.Hyperbolic)];

    /// <inheritdoc/>
    public override Form Input => Form.Vector;

    /// <inheritdoc/>
    public override Encoder Encoder(long[] input) => new MlpEncoder(input[0], Hidden, Activation);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a number of units does not tell the space that its planes are in.</exception>
    public override nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data) =>
        throw new NotSupportedException("This decoder needs to know the hyperbolic space that codes are in.");

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Decoder(LatentSpace latent, long told, long parameters, DataSpec data)
    {
        long[] widths = [.. Hidden.Reverse()];
        if (widths.Length == 0)
            return new LayersDecoder([], [], new GeodesicLayer(latent, told, parameters * data.Size), parameters, data);
        var layers = widths.Skip(1).Select((width, i) => (nn.Module<Tensor, Tensor>)new Linear(widths[i], width, Activation))
            .Prepend(new GeodesicLayer(latent, told, widths[0], Activation));
        return new LayersDecoder(layers, [], new Linear(widths[^1], parameters * data.Size), parameters, data);
    }
}
