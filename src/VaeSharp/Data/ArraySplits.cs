using VaeSharp.Interop;

namespace VaeSharp.Data;

/// <summary>Arrays on their way to data sets of one description: same shape, same range, same classes.</summary>
internal sealed record ArraySplits(string Path)
{
    public required NdArray Train { get; init; }

    public NdArray? TrainLabels { get; init; }

    public NdArray? Test { get; init; }

    public NdArray? TestLabels { get; init; }

    public NdArray? Validation { get; init; }

    public NdArray? ValidationLabels { get; init; }

    /// <summary>Makes the data sets.</summary>
    /// <exception cref="InvalidDataException">Arrays do not fit each other, or are no examples.</exception>
    public DataSplits ToSplits()
    {
        try
        {
            var labels = new[] { TrainLabels, TestLabels, ValidationLabels }.Select(Classes).ToArray();
            var most = labels.SelectMany(list => list).DefaultIfEmpty(-1).Max();
            if (most >= MostClasses)
                throw new InvalidDataException($"'{Path}' has the label {most}; classes are counted from 0 to {MostClasses - 1} at most.");
            string[] names = [.. Enumerable.Range(0, most + 1).Select(i => i.ToString())];
            var arrays = new[] { Train, Test, Validation };
            ArrayExamples?[] examples = [.. arrays.Select(array => array is null ? null : ArrayExamples.From(array, Path))];
            var unit = examples.All(part => part is null || part.InUnitRange);
            var range = unit ? (0.0, 1.0) : (double.NegativeInfinity, double.PositiveInfinity);
            Dataset? Make(int i) => examples[i]?.ToDataset(labels[i], names, System.IO.Path.GetFileNameWithoutExtension(Path), range);
            return Agreeing(new DataSplits(Make(0)!, Make(1), Make(2)));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{Path}' is no data set: {ErrorText.Of(e)}", e);
        }
    }

    private const int MostClasses = 10_000;

    private static int[] Classes(NdArray? labels) => labels is null ? []
        : labels.Shape is [_] or [_, 1] ? labels.ToInts()
        : throw new InvalidDataException($"Labels must be one number each, got an array of [{string.Join(", ", labels.Shape)}].");

    private DataSplits Agreeing(DataSplits splits)
    {
        foreach (var other in new[] { splits.Test, splits.Validation }.OfType<Dataset>())
        {
            if (Kind(other) != Kind(splits.Train))
                throw new InvalidDataException($"'{Path}' must have the same shape, type and kind of labels for training and test.");
        }
        return splits;
    }

    private static (string Shape, bool IsBytes, int Levels, bool HasLabels) Kind(Dataset data) =>
        (data.Spec.ShapeText, data.IsBytes, data.Spec.Levels, data.HasLabels);
}
