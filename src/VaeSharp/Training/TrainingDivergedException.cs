namespace VaeSharp.Training;

/// <summary>A loss or a gradient was not finite. The weights on disk are the last good ones.</summary>
public sealed class TrainingDivergedException : ArithmeticException
{
    /// <summary>Names the term, its value and the step.</summary>
    public TrainingDivergedException(string term, double value, long step)
        : base($"Training stopped at step {step}: {term} became {value}. Train again with a smaller --learning-rate, with --clip-norm 100, "
            + "or with --precision fp32. What was saved before is intact.") => (Term, Step) = (term, step);

    /// <summary>The term's name.</summary>
    public string Term { get; }

    /// <summary>The step, counted from 0.</summary>
    public long Step { get; }
}
