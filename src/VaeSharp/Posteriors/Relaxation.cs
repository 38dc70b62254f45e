using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>Discrete distributions as they are in evaluation, and made smooth while the model trains.</summary>
internal static class Relaxation
{
    /// <summary>
    /// From 1 to 0.5 in 7,000 steps, which is where max(0.5, exp(−rt)) of Jang et al. 2017, section 4, ends with their r = 10⁻⁴.
    /// </summary>
    public static Schedule Annealed { get; } = Schedule.Along(ScheduleShape.Linear, 1, 0.5, 7000, ScheduleUnit.Steps);

    /// <summary>Choices of categories from logits [.., Z, K].</summary>
    public static Distribution Of(Tensor logits, Schedule temperature, Progress progress) => progress.Training
        ? new RelaxedCategorical(logits, temperature.At(progress))
        : new Categorical(logits);
}
