using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSharp;

/// <summary>A number that may change while a model trains. A plain number converts to a schedule that stays.</summary>
/// <remarks>
/// Text form: <c>4</c>, or <c>linear:0..4@10epochs</c>, <c>cosine:0..1@2000steps</c>, <c>sigmoid:0..1@20epochs</c>,
/// <c>cyclic:0..1@10epochs</c>.
/// Outside training every schedule stands at its end, so that values of different epochs can be compared.
/// </remarks>
public sealed partial record Schedule
{
    private Schedule(ScheduleShape shape, double from, double to, long length, ScheduleUnit unit) =>
        (Shape, From, To, Length, Unit) = (shape, from, to, length, unit);

    /// <summary>How the number moves.</summary>
    public ScheduleShape Shape { get; }

    /// <summary>The number at the first step.</summary>
    public double From { get; }

    /// <summary>The number at the end, and outside training.</summary>
    public double To { get; }

    /// <summary>
    /// How long the way from <see cref="From"/> to <see cref="To"/> takes; for cyclic schedules, the length of one cycle.
    /// </summary>
    public long Length { get; }

    /// <summary>The unit of <see cref="Length"/>.</summary>
    public ScheduleUnit Unit { get; }

    /// <summary>Whether the number never changes.</summary>
    public bool IsConstant => Shape == ScheduleShape.Constant;

    /// <summary>The smallest number that the schedule takes.</summary>
    public double Least => Math.Min(From, To);

    /// <summary>The largest number that the schedule takes.</summary>
    public double Most => Math.Max(From, To);

    /// <summary>A number that stays.</summary>
    public static implicit operator Schedule(double value) => new(ScheduleShape.Constant, value, value, 1, ScheduleUnit.Steps);

    /// <summary>A number that moves, and then stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    public static Schedule Along(ScheduleShape shape, double from, double to, long length, ScheduleUnit unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return new Schedule(shape, from, to, length, unit);
    }

    /// <summary>The number at a point of the training; outside training, its end.</summary>
    public double At(Progress progress)
    {
        if (IsConstant || !progress.Training)
            return To;
        var passed = Unit == ScheduleUnit.Steps ? progress.Step : progress.Epochs;
        return From + (To - From) * Fraction(passed / Length);
    }

    /// <summary>Number of epochs after which the number stays; 0 for one that is constant, or moves for ever.</summary>
    /// <param name="batches">Number of steps of an epoch.</param>
    internal double EpochsToStand(long batches) => Shape switch
    {
        ScheduleShape.Constant or ScheduleShape.Cyclic => 0,
        _ => Unit == ScheduleUnit.Epochs ? Length : (double)Length / batches,
    };

    /// <summary>The text form, from which <see cref="Parse"/> makes the same schedule.</summary>
    public override string ToString() => IsConstant
        ? To.ToString("R", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Name(Shape)}:{From:R}..{To:R}@{Length}{Name(Unit)}");

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not a schedule; the message shows what one looks like.</exception>
    public static Schedule Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var constant) && double.IsFinite(constant))
            return constant;
        var match = Form().Match(text.Trim());
        if (match.Success && Enum.TryParse<ScheduleShape>(match.Groups[1].Value, ignoreCase: true, out var shape)
            && shape != ScheduleShape.Constant
            && Number(match.Groups[2]) is { } from && Number(match.Groups[3]) is { } to
            && long.TryParse(match.Groups[4].Value, out var length) && length > 0)
        {
            var inEpochs = match.Groups[5].Value.StartsWith("e", StringComparison.OrdinalIgnoreCase);
            return new Schedule(shape, from, to, length, inEpochs ? ScheduleUnit.Epochs : ScheduleUnit.Steps);
        }
        throw new FormatException($"'{text}' is neither a number nor a schedule such as linear:0..4@10epochs or cyclic:0..1@2000steps.");
    }

    private double Fraction(double passed) => Shape switch
    {
        ScheduleShape.Linear => Math.Min(passed, 1),
        ScheduleShape.Cosine => (1 - Math.Cos(Math.PI * Math.Min(passed, 1))) / 2,
        ScheduleShape.Sigmoid => passed >= 1 ? 1 : Logistic(passed),
        ScheduleShape.Cyclic => Math.Min(2 * (passed % 1), 1),
        _ => 1,
    };

    // The logistic curve over twelve of its units, moved and stretched to begin at 0 and end at 1.
    private static double Logistic(double passed)
    {
        static double Curve(double t) => 1 / (1 + Math.Exp(-12 * (t - 0.5)));
        return (Curve(passed) - Curve(0)) / (Curve(1) - Curve(0));
    }

    private static double? Number(Group group) =>
        double.TryParse(group.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) ? value : null;

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    [GeneratedRegex(@"^([a-z]+):([-+.\deE]+?)\.\.([-+.\deE]+)@(\d+)\s*(epochs?|steps?)$", RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}

/// <summary>How a scheduled number moves from one end to the other.</summary>
public enum ScheduleShape
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>By equal steps.</summary>
    Linear,

    /// <summary>Half a cosine wave: slow, fast, slow.</summary>
    Cosine,

    /// <summary>A logistic curve: steeper in the middle than <see cref="Cosine"/>.</summary>
    Sigmoid,

    /// <summary>
    /// Again and again: linear for half of each cycle, then at the end for the other half (Fu et al. 2019, arXiv:1903.10145).
    /// </summary>
    Cyclic,
}

/// <summary>What a schedule's length counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Optimiser steps.</summary>
    Steps,

    /// <summary>Passes over the training data; parts of an epoch count.</summary>
    Epochs,
}
