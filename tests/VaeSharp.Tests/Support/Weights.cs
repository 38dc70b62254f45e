namespace VaeSharp.Tests.Support;

/// <summary>Parameters of models, by their names in weight files.</summary>
internal static class Weights
{
    public static Tensor Weight(this nn.Module model, string name) => model.named_parameters().Single(p => p.name == name).parameter;

    /// <summary>Gives a parameter other values.</summary>
    public static void Set(this nn.Module model, string name, Tensor values)
    {
        using var frozen = no_grad();
        var parameter = model.Weight(name);
        parameter.copy_(values.expand(parameter.shape));
    }
}
