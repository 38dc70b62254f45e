using VaeSharp.Models;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;

namespace VaeSharp.Tests.Support;

/// <summary>Critics that are trained by their own loss while everything else stays.</summary>
internal static class Trained
{
    /// <summary>Lets one player of an objective take steps.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="model">The model, which stays as it is.</param>
    /// <param name="player">The player's name.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="learningRate">Their size at the start; it falls to nothing.</param>
    /// <param name="draw">Examples of a step, and the number of draws of each code.</param>
    /// <param name="noise">Noise.</param>
    public static void Player(Objective objective, Autoencoder model, string player, int steps, double learningRate,
        Func<(Tensor X, int Samples)> draw, Noise noise)
    {
        var owners = objective.Players(model).Single(one => one.Name == player).Owners;
        var parameters = owners.SelectMany(owner => owner.parameters()).Cast<Tensor>().ToArray();
        using var optimizer = new AdamSpec().Build(parameters);
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            var progress = new Progress(noise) { Training = true };
            var (x, samples) = draw();
            var losses = objective.Compute(model, model.Infer(new Batch(x), samples, progress), progress);
            foreach (var parameter in parameters)
                parameter.grad = null;
            losses.ByPlayer.Single(loss => loss.Player == player).Loss.backward(null!, false, false, parameters);
            optimizer.Step([.. parameters.Select(parameter => parameter.grad)], learningRate * (1 - (double)step / steps));
        }
    }
}
