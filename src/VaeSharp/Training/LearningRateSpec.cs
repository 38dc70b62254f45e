using System.ComponentModel.DataAnnotations;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>How the step size changes while training.</summary>
[PartKind("schedule", "learning-rate schedules")]
public abstract record LearningRateSpec : Spec
{
    /// <summary>Number of steps over which the step size grows from 0 to its full value first.</summary>
    [Range(0, int.MaxValue)]
    public int Warmup { get; init; }

    /// <summary>Starts the schedule.</summary>
    public LearningRate Start() => new(this);

    /// <summary>The factor on the step size, warm-up apart.</summary>
    /// <param name="progress">Where the training stands.</param>
    /// <param name="reductions">How often the validation loss has stood still (see <see cref="Patience"/>).</param>
    internal abstract double Factor(Progress progress, int reductions);

    /// <summary>After how many epochs without a better validation loss the schedule reduces the step size; 0 for never.</summary>
    internal virtual int Patience => 0;
}

/// <summary>A schedule on its way.</summary>
/// <param name="spec">The schedule.</param>
public sealed class LearningRate(LearningRateSpec spec)
{
    /// <summary>How often the validation loss has stood still.</summary>
    public int Reductions { get; set; }

    /// <summary>Epochs since the loss was best, or since the last reduction.</summary>
    public int Waited { get; set; }

    /// <summary>The factor on the step size.</summary>
    public double Factor(Progress progress) =>
        Math.Min(1, (progress.Step + 1.0) / (spec.Warmup + 1)) * spec.Factor(progress, Reductions);

    /// <summary>Takes note of an epoch's end.</summary>
    /// <param name="improved">Whether the validation loss was the best so far.</param>
    public void Observe(bool improved)
    {
        Waited = improved ? 0 : Waited + 1;
        if (spec.Patience > 0 && Waited >= spec.Patience)
            (Reductions, Waited) = (Reductions + 1, 0);
    }
}

/// <summary>The step size stays.</summary>
[Part("constant", Formula = "η")]
public sealed record ConstantLearningRate : LearningRateSpec
{
    internal override double Factor(Progress progress, int reductions) => 1;
}

/// <summary>The step size falls along half a cosine wave, to a share of itself at the last step.</summary>
[Part("cosine", Paper = "Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts, arXiv:1608.03983, eq. 5",
    Formula = "η (f + (1 − f)(1 + cos πt/T)/2)")]
public sealed record CosineLearningRate : LearningRateSpec
{
    /// <summary>Share f of the step size that is left at the end.</summary>
    [Range(0, 1)]
    public double Floor { get; init; }

    internal override double Factor(Progress progress, int reductions)
    {
        var passed = Math.Min(1, (double)progress.Step / Math.Max(1, progress.TotalSteps));
        return Floor + (1 - Floor) * (1 + Math.Cos(Math.PI * passed)) / 2;
    }
}

/// <summary>The step size is multiplied by a factor every so many epochs.</summary>
[Part("step", Formula = "η γ^⌊epoch / n⌋")]
public sealed record StepLearningRate : LearningRateSpec
{
    /// <summary>Number n of epochs between two reductions.</summary>
    [Range(1, 1_000_000)]
    public int Every { get; init; } = 10;

    /// <summary>The factor γ.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double Decay { get; init; } = 0.5;

    internal override double Factor(Progress progress, int reductions) => Math.Pow(Decay, Math.Floor(progress.Epochs / Every));
}

/// <summary>The step size is multiplied by a factor after 1 epoch, then after n more, then after n² more, and so on.</summary>
[Part("stages", Paper = "Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders, arXiv:1509.00519, section 5",
    Formula = "η γⁱ for nⁱ epochs,  i = 0, 1, 2 …")]
public sealed record StagesLearningRate : LearningRateSpec
{
    /// <summary>How many times longer n a stage is than the one before it. Paper: 3.</summary>
    [Range(1, 100)]
    public int Growth { get; init; } = 3;

    /// <summary>
    /// The factor γ. Paper: 10^(−1/7), so that the eighth stage, which ends behind 3,280 epochs, has a tenth of the step size.
    /// </summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double Decay { get; init; } = 0.719685673001152;

    internal override double Factor(Progress progress, int reductions)
    {
        var (stage, length, end) = (0, 1.0, 1.0);
        while (progress.Epochs >= end)
        {
            stage++;
            length *= Growth;
            end += length;
        }
        return Math.Pow(Decay, stage);
    }
}

/// <summary>The step size is multiplied by a factor when the validation loss has not fallen for some epochs.</summary>
[Part("plateau", Formula = "η γ^reductions")]
public sealed record PlateauLearningRate : LearningRateSpec
{
    /// <summary>Number of epochs without a better validation loss before a reduction.</summary>
    [Range(1, 1_000_000)]
    public int Wait { get; init; } = 5;

    /// <summary>The factor γ.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double Decay { get; init; } = 0.5;

    internal override int Patience => Wait;

    internal override double Factor(Progress progress, int reductions) => Math.Pow(Decay, reductions);
}
