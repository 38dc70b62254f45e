namespace VaeSharp;

/// <summary>Where the training stands, and what only the loop knows.</summary>
/// <param name="Noise">The one source of randomness of this pass.</param>
public sealed record Progress(Noise Noise)
{
    /// <summary>Number of optimiser steps that are done.</summary>
    public long Step { get; init; }

    /// <summary>Number of steps of the whole training.</summary>
    public long TotalSteps { get; init; }

    /// <summary>Passes over the training data that are done; parts of an epoch count.</summary>
    public double Epochs { get; init; }

    /// <summary>Number N of training examples; the same in evaluation (β-TCVAE's N).</summary>
    public long TrainingSetSize { get; init; }

    /// <summary>Whether the pass trains. Outside training every schedule stands at its end.</summary>
    public bool Training { get; init; }

    /// <summary>Further minibatches for objectives that ask for them (<c>Batches</c> above 1); empty in evaluation.</summary>
    public IReadOnlyList<Batch> Others { get; init; } = [];
}
