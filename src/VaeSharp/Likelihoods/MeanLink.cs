using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>How the decoder's output becomes the mean of a continuous likelihood.</summary>
public enum MeanLink
{
    /// <summary>By a sigmoid onto the data's range where that is bounded, else unchanged.</summary>
    Bounded,

    /// <summary>Unchanged.</summary>
    Identity,
}

/// <summary>The mean of a continuous likelihood with one parameter for each element.</summary>
internal readonly struct MeanOf(MeanLink link, DataSpec data)
{
    public int Rank { get; } = data.Shape.Count;

    /// <summary>[.., 1, *shape] → [.., *shape].</summary>
    public Tensor From(Tensor parameters)
    {
        var output = parameters.squeeze(-Rank - 1);
        return IsSigmoid ? output.sigmoid() * (data.High - data.Low) + data.Low : output;
    }

    /// <summary>Values of bounded data, moved onto [0, 1]; others as they are.</summary>
    public Tensor OntoUnit(Tensor x) => !data.IsBounded || (data.Low, data.High) == (0, 1) ? x : (x - data.Low) / (data.High - data.Low);

    public LayerNode Describe(LayerGraph graph, LayerNode parameters) =>
        IsSigmoid ? graph.Rescale(graph.Activate(parameters, "sigmoid"), data.High - data.Low, data.Low) : parameters;

    private bool IsSigmoid => link == MeanLink.Bounded && data.IsBounded;
}
