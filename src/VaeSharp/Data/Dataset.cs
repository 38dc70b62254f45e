namespace VaeSharp.Data;

/// <summary>
/// Examples of one shape, with their labels and ground-truth factors where they are known. Images stay bytes until a batch asks for them.
/// </summary>
/// <remarks>Immutable. A view made by <see cref="Select"/> shares the memory of the data set that it was made from.</remarks>
public sealed class Dataset
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly ReadOnlyMemory<float> floats;
    private readonly ReadOnlyMemory<int> labels;
    private readonly int[]? order;
    private readonly int size;

    private Dataset(string name, DataSpec spec, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<float> floats, ReadOnlyMemory<int> labels,
        Factors? factors, int[]? order, bool drawsBinary = false)
    {
        DrawsBinary = drawsBinary;
        (Name, Spec, this.bytes, this.floats, this.labels, Factors, this.order) = (name, spec, bytes, floats, labels, factors, order);
        size = checked((int)spec.Size);
        Count = order?.Length ?? (IsBytes ? bytes.Length : floats.Length) / size;
    }

    /// <summary>The name that listings and pictures show.</summary>
    public string Name { get; }

    /// <summary>What one example is.</summary>
    public DataSpec Spec { get; }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Whether every example has a label.</summary>
    public bool HasLabels => labels.Length > 0;

    /// <summary>Whether elements are kept as bytes, byte b standing for Low + b/255 · (High − Low).</summary>
    public bool IsBytes => bytes.Length > 0;

    /// <summary>Whether values are probabilities of a 1, which is drawn anew for each batch (see <see cref="Binarisation"/>).</summary>
    public bool DrawsBinary { get; }

    /// <summary>What examples were generated from, by the rows of the original data set; null where it is not known.</summary>
    public Factors? Factors { get; }

    /// <summary>Makes a data set of bytes, each standing for a value b/255 in [0, 1].</summary>
    /// <param name="images">All examples, one behind the other: [N, *shape].</param>
    /// <param name="shape">The shape of one example: [C, H, W] or [D].</param>
    /// <param name="labels">A class for each example, counted from 0; empty where there are none.</param>
    /// <param name="classNames">The classes' names; by default their numbers.</param>
    /// <param name="name">The name that listings and pictures show.</param>
    /// <param name="factors">The ground truth of each example.</param>
    /// <exception cref="ArgumentException">Lengths do not fit each other, or a label has no class.</exception>
    public static Dataset From(ReadOnlyMemory<byte> images, long[] shape, ReadOnlyMemory<int> labels = default,
        IReadOnlyList<string>? classNames = null, string name = "data", Factors? factors = null)
    {
        var spec = new DataSpec(shape) { Levels = 256, ClassNames = Classes(labels.Span, classNames) };
        Check(images.Length, spec, labels.Length, factors);
        return new Dataset(name, spec, images, default, labels, factors, order: null);
    }

    /// <summary>Makes a data set of single-precision numbers.</summary>
    /// <param name="values">All examples, one behind the other: [N, *shape]. Every value is finite.</param>
    /// <param name="shape">The shape of one example: [C, H, W] or [D].</param>
    /// <param name="labels">A class for each example, counted from 0; empty where there are none.</param>
    /// <param name="classNames">The classes' names; by default their numbers.</param>
    /// <param name="name">The name that listings and pictures show.</param>
    /// <param name="range">The values' range. By default [0, 1] where all values lie in it, else unbounded.</param>
    /// <param name="factors">The ground truth of each example.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a label has no class, or a value is not finite or out of range.</exception>
    public static Dataset From(ReadOnlyMemory<float> values, long[] shape, ReadOnlyMemory<int> labels = default,
        IReadOnlyList<string>? classNames = null, string name = "data", (double Low, double High)? range = null, Factors? factors = null)
    {
        var spec = new DataSpec(shape) { ClassNames = Classes(labels.Span, classNames) };
        Check(values.Length, spec, labels.Length, factors);
        var (low, high) = range ?? RangeOf(values.Span);
        foreach (var value in values.Span)
        {
            if (!float.IsFinite(value) || value < low || value > high)
                throw new ArgumentException($"Values must be finite and in [{low}, {high}], got {value}.", nameof(values));
        }
        return new Dataset(name, spec with { Low = low, High = high }, default, values, labels, factors, order: null);
    }

    /// <summary>The same examples with another description of their values: after a threshold, say, the levels are two.</summary>
    public Dataset With(DataSpec spec) => new(Name, spec, bytes, floats, labels, Factors, order, DrawsBinary);

    /// <summary>The same examples, whose values are from now on probabilities of a 1.</summary>
    /// <exception cref="InvalidOperationException">Values are not in [0, 1].</exception>
    public Dataset WithDraws() => Spec is { Low: 0, High: 1 } || (!IsBytes && Spec is { Low: >= 0, High: <= 1 })
        ? new(Name, Spec with { Low = 0, High = 1, Levels = 2 }, bytes, floats, labels, Factors, order, drawsBinary: true)
        : throw new InvalidOperationException($"Probabilities are in [0, 1]; data set '{Name}' has values in [{Spec.Low}, {Spec.High}].");

    /// <summary>The same examples, labels and factors with other bytes for values: [N, *shape].</summary>
    /// <exception cref="ArgumentException">The bytes do not make as many examples.</exception>
    public Dataset WithValues(ReadOnlyMemory<byte> values, DataSpec spec)
    {
        CheckCount(values.Length, spec);
        return new Dataset(Name, spec, values, default, OwnLabels(), OwnFactors(), order: null);
    }

    /// <summary>The same examples, labels and factors with other numbers for values: [N, *shape].</summary>
    /// <exception cref="ArgumentException">The numbers do not make as many examples.</exception>
    public Dataset WithValues(ReadOnlyMemory<float> values, DataSpec spec)
    {
        CheckCount(values.Length, spec);
        return new Dataset(Name, spec, default, values, OwnLabels(), OwnFactors(), order: null);
    }

    /// <summary>The least and the greatest value of all examples.</summary>
    internal (float Low, float High) Extent()
    {
        var (low, high, values) = (float.PositiveInfinity, float.NegativeInfinity, new float[Spec.Size]);
        for (var i = 0; i < Count; i++)
        {
            CopyTo([i], values.AsSpan());
            (low, high) = (Math.Min(low, values.Min()), Math.Max(high, values.Max()));
        }
        return (low, high);
    }

    /// <summary>A view of some examples, in the order given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not below <see cref="Count"/>.</exception>
    public Dataset Select(ReadOnlySpan<int> indices)
    {
        var rows = new int[indices.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Row(indices[i]);
        return new Dataset(Name, Spec, bytes, floats, labels, Factors, rows, DrawsBinary);
    }

    /// <summary>The first examples.</summary>
    public Dataset Take(int count) => Select([.. Enumerable.Range(0, Math.Min(count, Count))]);

    /// <summary>The row of the original data set, and of <see cref="Factors"/>, that an example of this view is.</summary>
    public int Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return order is null ? index : order[index];
    }

    /// <summary>The label of one example, or −1 where there are none.</summary>
    public int Label(int index) => HasLabels ? labels.Span[Row(index)] : -1;

    /// <summary>Copies the bytes of some examples: [indices, *shape].</summary>
    /// <exception cref="InvalidOperationException">The data set holds no bytes.</exception>
    public void CopyTo(ReadOnlySpan<int> indices, Span<byte> target)
    {
        if (!IsBytes)
            throw new InvalidOperationException($"Data set '{Name}' holds numbers, not bytes.");
        Gather(bytes.Span, indices, target);
    }

    /// <summary>Copies the values of some examples, in the range of <see cref="Spec"/>: [indices, *shape].</summary>
    public void CopyTo(ReadOnlySpan<int> indices, Span<float> target)
    {
        if (!IsBytes)
        {
            Gather(floats.Span, indices, target);
            return;
        }
        var (low, step) = ((float)Spec.Low, (float)((Spec.High - Spec.Low) / 255));
        for (var i = 0; i < indices.Length; i++)
            ByteValues.ToFloats(bytes.Span.Slice(Row(indices[i]) * size, size), low, step, target.Slice(i * size, size));
    }

    private void Gather<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> indices, Span<T> target)
    {
        for (var i = 0; i < indices.Length; i++)
            source.Slice(Row(indices[i]) * size, size).CopyTo(target[(i * size)..]);
    }

    private void CheckCount(int length, DataSpec spec)
    {
        if (length != Count * spec.Size)
            throw new ArgumentException($"{Count} × {spec.ShapeText} are {Count * spec.Size} values, got {length}.", nameof(length));
    }

    private ReadOnlyMemory<int> OwnLabels() => order is null || !HasLabels ? labels : Array.ConvertAll(order, row => labels.Span[row]);

    private Factors? OwnFactors()
    {
        if (order is null || Factors is not { } factors)
            return Factors;
        var values = new float[order.Length * factors.Names.Count];
        for (var i = 0; i < order.Length; i++)
            factors[order[i]].CopyTo(values.AsSpan(i * factors.Names.Count));
        return factors with { Values = values };
    }

    private static void Check(int length, DataSpec spec, int labels, Factors? factors)
    {
        if (length == 0 || length % spec.Size != 0)
            throw new ArgumentException($"{length} values are not a whole number of examples of {spec.ShapeText}.", nameof(length));
        if (labels > 0 && labels != length / spec.Size)
            throw new ArgumentException($"There are {length / spec.Size} examples but {labels} labels.", nameof(labels));
        if (factors is not null && factors.Rows != length / spec.Size)
            throw new ArgumentException($"There are {length / spec.Size} examples but {factors.Rows} rows of factors.", nameof(factors));
    }

    private static IReadOnlyList<string> Classes(ReadOnlySpan<int> labels, IReadOnlyList<string>? names)
    {
        var (least, most) = (0, -1);
        foreach (var label in labels)
            (least, most) = (Math.Min(least, label), Math.Max(most, label));
        names ??= most < MaximumClasses ? [.. Enumerable.Range(0, most + 1).Select(i => i.ToString())] : [];
        if (least < 0 || most >= names.Count)
        {
            var wrong = least < 0 ? least : most;
            throw new ArgumentException($"Labels must be from 0 to {Math.Max(names.Count, 1) - 1}, got {wrong}.", nameof(labels));
        }
        return labels.IsEmpty ? [] : names;
    }

    private static (double Low, double High) RangeOf(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (value is < 0 or > 1)
                return (double.NegativeInfinity, double.PositiveInfinity);
        }
        return (0, 1);
    }

    /// <summary>More classes than this are taken for an identifier that got into the labels.</summary>
    private const int MaximumClasses = 100_000;
}
