namespace VaeSharp.Data;

/// <summary>Which part of the data an example belongs to.</summary>
public enum Split
{
    /// <summary>What the model learns from.</summary>
    Train,

    /// <summary>What chooses the best weights.</summary>
    Validation,

    /// <summary>What is measured at the end.</summary>
    Test,
}

/// <summary>Dividing data.</summary>
public static class Splits
{
    private const long HoldOutStream = -1;                                           // no epoch of the trainer has it

    /// <summary>Takes a seeded draw of examples out of the training data. Both parts keep the examples' order.</summary>
    /// <param name="train">At least two examples.</param>
    /// <param name="fraction">The share to take, in (0, 1). At least one example goes to each part.</param>
    /// <param name="seed">The data's seed.</param>
    /// <returns>What is left to learn from, and what was taken; where the former is drawn anew each time, the latter is once.</returns>
    public static (Dataset Train, Dataset Validation) HoldOut(Dataset train, double fraction, long seed)
    {
        if (!(fraction is > 0 and < 1))
            throw new ArgumentException($"The share to hold out must lie between 0 and 1, got {fraction}.", nameof(fraction));
        if (train.Count < 2)
            throw new ArgumentException($"Holding out needs 2 examples or more; data set '{train.Name}' has {train.Count}.", nameof(train));
        var taken = (int)Math.Clamp(Math.Round(fraction * train.Count), 1, train.Count - 1);
        var order = Shuffle.Order(seed, HoldOutStream, train.Count);
        Array.Sort(order, 0, taken);
        Array.Sort(order, taken, train.Count - taken);
        var validation = train.Select(order.AsSpan(0, taken));
        if (validation.DrawsBinary)
            validation = Binarisation.Draw(validation, seed, Split.Validation);
        return (train.Select(order.AsSpan(taken)), validation);
    }
}
