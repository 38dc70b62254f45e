namespace VaeSharp.Networks;

/// <summary>What a layer computes.</summary>
public enum LayerType
{
    /// <summary>Nothing: what comes in from outside.</summary>
    Input,

    /// <summary>A product with a matrix, and a bias.</summary>
    Dense,

    /// <summary>A convolution with "same" padding.</summary>
    Convolution,

    /// <summary>The transpose of a convolution.</summary>
    TransposedConvolution,

    /// <summary>Rows and columns are cut off behind the last ones that are kept.</summary>
    Cropping,

    /// <summary>A grid becomes a vector.</summary>
    Flatten,

    /// <summary>A vector becomes a grid.</summary>
    Reshape,

    /// <summary>Inputs are put one behind the other: vectors by elements, grids by channels.</summary>
    Concatenate,

    /// <summary>Inputs are added, element by element.</summary>
    Sum,

    /// <summary>Inputs are multiplied, element by element.</summary>
    Product,

    /// <summary>A function of each element.</summary>
    Activation,

    /// <summary>Each element times a scale, plus an offset.</summary>
    Rescaling,

    /// <summary>A draw z = μ + σε.</summary>
    Sampling,

    /// <summary>Something that no other word here describes.</summary>
    Other,
}
