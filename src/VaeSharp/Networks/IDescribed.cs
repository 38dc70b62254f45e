namespace VaeSharp.Networks;

/// <summary>A part of a network that can write down its layers.</summary>
public interface IDescribed
{
    /// <summary>Writes down the layers, in the order of the forward pass.</summary>
    /// <param name="graph">Where they are written down.</param>
    /// <param name="input">The layer whose output goes in.</param>
    /// <returns>The layer whose output comes out.</returns>
    LayerNode Describe(LayerGraph graph, LayerNode input);
}
