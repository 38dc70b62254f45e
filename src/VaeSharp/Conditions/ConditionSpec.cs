using VaeSharp.Networks;
using VaeSharp.Specs;

namespace VaeSharp.Conditions;

/// <summary>What is told to encoder and decoder beside x and z.</summary>
[PartKind("condition", "conditions")]
public abstract record ConditionSpec : PartSpec
{
    /// <summary>Builds the condition.</summary>
    /// <param name="data">What one example is.</param>
    /// <param name="form">The form in which the encoder takes its input.</param>
    public abstract Condition Build(DataSpec data, Form form);
}

/// <summary>Puts what is told beside x and z.</summary>
/// <param name="name">The name of the module.</param>
public abstract class Condition(string name) : nn.Module(name)
{
    /// <summary>Whether a label must be told.</summary>
    public abstract bool NeedsLabels { get; }

    /// <summary>The shape of the encoder's input: [D] or [C, H, W].</summary>
    public abstract long[] Input { get; }

    /// <summary>Number of elements that are put behind a code.</summary>
    public abstract long Width { get; }

    /// <summary>x and what is told: [B, *shape] → [B, *Input].</summary>
    public abstract Tensor BesideData(Tensor x, Tensor? labels);

    /// <summary>z and what is told: [N, Z] → [N, Z + Width], or at each place [N, C, h, w] → [N, C + Width, h, w].</summary>
    public abstract Tensor BesideCode(Tensor z, Tensor? labels);

    /// <summary>Writes down how x and what is told come together.</summary>
    public virtual LayerNode DescribeBesideData(LayerGraph graph, LayerNode x, LayerNode? told) =>
        told is null ? x : graph.Other(this, Input, x, told);

    /// <summary>Writes down how z and what is told come together.</summary>
    public virtual LayerNode DescribeBesideCode(LayerGraph graph, LayerNode z, LayerNode? told) =>
        told is null ? z : graph.Concatenate(z, z.Shape is [_, var height, var width] ? graph.Repeat(told, height, width) : told);
}
