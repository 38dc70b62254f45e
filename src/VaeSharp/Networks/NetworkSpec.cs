using VaeSharp.Specs;

namespace VaeSharp.Networks;

/// <summary>The architecture of encoder and decoder.</summary>
[PartKind("network", "networks")]
public abstract record NetworkSpec : PartSpec
{
    /// <inheritdoc/>
    public override Traits Gives => Traits.IndependentExamples;

    /// <summary>The form in which the encoder takes its input, and with it what a condition tells.</summary>
    public abstract Form Input { get; }

    /// <summary>Why data that are no images are refused; null for images.</summary>
    private protected static string? NeedsImages(DataSpec data) => data.NeedsImages("mlp");

    /// <summary>Builds the encoder.</summary>
    /// <param name="input">The shape of its input: [D] or [C, H, W], by <see cref="Input"/>.</param>
    public abstract Encoder Encoder(long[] input);

    /// <summary>Builds the decoder: [N, inputs] → [N, parameters, *shape].</summary>
    /// <param name="inputs">Size of a code with what a condition adds to it.</param>
    /// <param name="parameters">Number of parameters of the likelihood for each data element.</param>
    /// <param name="data">What one example is.</param>
    public abstract nn.Module<Tensor, Tensor> Decoder(long inputs, long parameters, DataSpec data);

    /// <summary>
    /// Builds the decoder of codes in a space: [N, Z + told] or, on a raster, [N, C + told, h, w] → [N, parameters, *shape]. Most take them
    /// as vectors.
    /// </summary>
    /// <param name="latent">The space of codes.</param>
    /// <param name="told">Number of units that a condition puts behind a code, or behind that of each place.</param>
    /// <param name="parameters">Number of parameters of the likelihood for each data element.</param>
    /// <param name="data">What one example is.</param>
    public virtual nn.Module<Tensor, Tensor> Decoder(LatentSpace latent, long told, long parameters, DataSpec data) =>
        Decoder(latent.Size + told, parameters, data);

    /// <summary>Height h and width w of what convolutions leave of an image, where codes can have a place; null for vectors.</summary>
    public virtual (long Height, long Width)? Raster(DataSpec data) => null;

    /// <summary>Builds the encoder for codes on a raster: its features are those of all places, [F, h, w], in one vector.</summary>
    /// <param name="input">The shape of its input, [C, H, W].</param>
    /// <exception cref="NotSupportedException">The network has vectors only.</exception>
    public virtual Encoder PlacesEncoder(long[] input) => throw new NotSupportedException($"{GetType().Name} has no places.");
}

/// <summary>Forms of a tensor behind its batch dimension.</summary>
public enum Form
{
    /// <summary>[D].</summary>
    Vector,

    /// <summary>[C, H, W].</summary>
    Grid,
}

/// <summary>The part of a network in front of the posterior: [B, *input] → [B, Features].</summary>
/// <param name="name">The name of the module.</param>
public abstract class Encoder(string name) : nn.Module<Tensor, Tensor>(name), IDescribed
{
    /// <summary>Number of features that the posterior gets.</summary>
    public abstract long Features { get; }

    /// <inheritdoc/>
    public virtual LayerNode Describe(LayerGraph graph, LayerNode input) => graph.Other(this, [Features], input);
}
