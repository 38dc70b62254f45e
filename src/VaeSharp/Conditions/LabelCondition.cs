using VaeSharp.Networks;

namespace VaeSharp.Conditions;

/// <summary>
/// The label is told: to vectors and codes as a one-hot vector, to images as one more channel that a linear layer draws from it.
/// </summary>
[Part("label",
    Paper = "Sohn, Lee and Yan 2015, Learning Structured Output Representation using Deep Conditional Generative Models, NeurIPS",
    Formula = "q(z|x, y),  p(x|z, y)")]
public sealed record LabelConditionSpec : ConditionSpec
{
    /// <inheritdoc/>
    public override string? Refuses(DataSpec data) => data.Classes > 0 ? null : "needs labelled data, but the data have no labels";

    /// <inheritdoc/>
    public override Condition Build(DataSpec data, Form form) => new LabelCondition(data, form);
}

/// <summary>The label is told.</summary>
public sealed class LabelCondition : Condition
{
    private readonly Linear? plane;
    private readonly long[] input;
    private readonly long classes;

    /// <summary>Makes the condition for examples of one shape.</summary>
    public LabelCondition(DataSpec data, Form form) : base(nameof(LabelCondition))
    {
        classes = data.Classes;
        if (form == Form.Grid)
            plane = new Linear(classes, data.Shape[1] * data.Shape[2]);
        input = form == Form.Vector ? [data.Size + classes] : [data.Shape[0] + 1, data.Shape[1], data.Shape[2]];
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool NeedsLabels => true;

    /// <inheritdoc/>
    public override long[] Input => input;

    /// <inheritdoc/>
    public override long Width => classes;

    /// <inheritdoc/>
    public override Tensor BesideData(Tensor x, Tensor? labels) => plane is null
        ? cat([x.flatten(1), OneHot(labels)], dim: 1)                                            // [B, D + K]
        : cat([x, plane.call(OneHot(labels)).to_type(x.dtype).view(-1, 1, input[1], input[2])], dim: 1);   // [B, C + 1, H, W]

    /// <inheritdoc/>
    public override Tensor BesideCode(Tensor z, Tensor? labels)
    {
        var told = OneHot(labels);
        return cat([z, z.dim() == 2 ? told : told.view(-1, classes, 1, 1).expand(-1, -1, z.size(2), z.size(3))], dim: 1);
    }

    /// <inheritdoc/>
    public override LayerNode DescribeBesideData(LayerGraph graph, LayerNode x, LayerNode? told) => plane is null
        ? graph.Concatenate(x, told!)
        : graph.Concatenate(x, graph.Reshape(graph.Dense(plane, told!, grid: [1, input[1], input[2]]), [1, input[1], input[2]]));

    private Tensor OneHot(Tensor? labels) => labels is null
        ? throw new ArgumentException("This model is told a label with each example, and none was given.", nameof(labels))
        : labels.is_floating_point() ? labels : nn.functional.one_hot(labels, classes).to_type(float32);   // [N, K]
}
