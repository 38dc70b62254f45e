using VaeSharp.Optimizers;

namespace VaeSharp.Objectives;

/// <summary>Who minimises a loss: its gradient moves the parameters of the owners, and no others.</summary>
/// <param name="Name">The name under which <see cref="Losses"/> has the loss.</param>
/// <param name="Owners">Modules whose parameters are the player's. Those of all players are disjoint and together are all there
/// are.</param>
/// <param name="Optimizer">How the parameters move; null for the optimiser of the training.</param>
public sealed record Player(string Name, IReadOnlyList<nn.Module> Owners, OptimizerSpec? Optimizer = null)
{
    /// <summary>The name of the player who owns the model.</summary>
    public const string Model = "model";

    /// <summary>The name of the player who owns the decoder's side, where the model's two sides minimise different losses.</summary>
    public const string Generation = "generation";

    /// <summary>The name of the player who owns the encoder's side there.</summary>
    public const string Inference = "inference";
}
