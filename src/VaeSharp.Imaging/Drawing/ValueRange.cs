namespace VaeSharp.Imaging.Drawing;

/// <summary>What part of the vertical axis a term's curve needs, and whether it is better read in logarithms.</summary>
internal readonly record struct ValueRange(double Min, double Max, bool IsLog)
{
    private const double WarmUp = 0.06, Squashed = 3, LogRatio = 60, Margin = 0.06, Headroom = 0.3, Exploded = 1e100;

    /// <summary>
    /// Chooses a range. The first epochs are left out of it where they alone would take more than two thirds of a linear axis; where the
    /// rest still spans a ratio above sixty, and all is positive, the axis is logarithmic and everything is shown.
    /// </summary>
    public static ValueRange Of(Curve curve)
    {
        var all = Drawn(curve, from: 0).ToArray();
        if (all.Length == 0)
            return new(0, 1, IsLog: false);
        // At least one epoch, and never more than a few: what comes later is never hidden.
        var skip = curve.Epochs.Length < 4 ? 0 : Math.Max(1, (int)(WarmUp * curve.Epochs.Length));
        var late = Drawn(curve, skip).DefaultIfEmpty(all[0]).ToArray();
        var isLog = all.Min() > 0 && late.Max() / late.Min() > LogRatio;
        if (isLog)
            return Padded(Math.Log10(all.Min()), Math.Log10(all.Max()), isLog);
        var span = late.Max() - late.Min();
        if (span == 0 || all.Max() - all.Min() <= Squashed * span)
            return Padded(all.Min(), all.Max(), isLog);
        return Padded(Math.Max(all.Min(), late.Min() - Headroom * span), Math.Min(all.Max(), late.Max() + Headroom * span), isLog);
    }

    /// <summary>Where a value stands on the axis.</summary>
    public double Position(double value) => IsLog ? Math.Log10(value) : value;

    /// <summary>Whether a value is a number with a place on an axis; a loss that exploded has none.</summary>
    public static bool IsDrawn(double value) => Math.Abs(value) < Exploded;

    private static IEnumerable<double> Drawn(Curve curve, int from) =>
        curve.Train.Skip(from).Concat(curve.Validation?.Skip(from) ?? []).Where(IsDrawn);

    private static ValueRange Padded(double min, double max, bool isLog)
    {
        var smallest = Math.Max(Math.Abs(min), Math.Abs(max)) * 1e-6;
        var margin = max - min > smallest ? Margin * (max - min) : isLog ? 0.3 : max == 0 ? 1 : 0.05 * Math.Abs(max);
        return new(min - margin, max + margin, isLog);
    }
}
