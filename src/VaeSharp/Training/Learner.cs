using VaeSharp.Models;
using VaeSharp.Objectives;

namespace VaeSharp.Training;

/// <summary>What learns in a training, and from what.</summary>
/// <param name="Model">The model.</param>
/// <param name="Objective">What is minimised.</param>
internal sealed record Learner(Autoencoder Model, Objective Objective)
{
    /// <summary>What of the model learns, and is kept: all of it, or its prior.</summary>
    public nn.Module Learned { get; init; } = Model;

    /// <summary>What it is called in reports: <c>model</c> or <c>prior</c>.</summary>
    public string Name { get; init; } = "model";

    /// <summary>The checksum of the weights of the rest, which stay; empty where there is no rest.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Its description, whose schedules move.</summary>
    public Spec Spec(Experiment experiment) => ReferenceEquals(Learned, Model) ? experiment.Model : experiment.Model.Prior;

    /// <summary>Keeps the gradient from what does not learn: it would be computed for nothing.</summary>
    public void FreezeTheRest()
    {
        if (ReferenceEquals(Learned, Model))
            return;
        var learned = Learned.parameters().Select(parameter => parameter.Handle).ToHashSet();
        foreach (var parameter in Model.parameters().Where(parameter => !learned.Contains(parameter.Handle)))
            parameter.requires_grad = false;
    }
}
