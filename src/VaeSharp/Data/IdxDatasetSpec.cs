using VaeSharp.Interop;

namespace VaeSharp.Data;

/// <summary>A data set of four IDX files: pictures and labels, for training and for test. What is missing is downloaded.</summary>
public abstract record IdxDatasetSpec : DatasetSpec
{
    private static readonly string[] Figures = [.. Enumerable.Range(0, 10).Select(i => i.ToString())];

    /// <summary>The data set's name, also of its folder.</summary>
    protected abstract string Name { get; }

    /// <summary>The four files: training pictures and labels, test pictures and labels.</summary>
    protected abstract IReadOnlyList<RemoteFile> Files { get; }

    /// <summary>Where the files are: addresses to which a file's name is appended, or in which it stands for <c>{0}</c>.</summary>
    protected abstract IReadOnlyList<string> Mirrors { get; }

    /// <summary>The classes' names.</summary>
    protected virtual IReadOnlyList<string> ClassNames => Figures;

    /// <inheritdoc/>
    protected override Dataset? Specimen => Dataset.From(new byte[28 * 28], [1, 28, 28], new int[1], ClassNames, Name);

    /// <inheritdoc/>
    protected override DataSplits Read(DataContext context)
    {
        var paths = new IdxFiles(Name, Files, Mirrors).Find(context);
        return new DataSplits(Read(paths[0], paths[1], context), Read(paths[2], paths[3], context));
    }

    private Dataset Read(string imagesPath, string labelsPath, DataContext context)
    {
        var images = ReadFile(imagesPath, dimensions: 3, context);
        var labels = ReadFile(labelsPath, dimensions: 1, context);
        if (images.Shape[0] == 0 || images.Shape[0] != labels.Shape[0])
            throw new InvalidDataException($"'{imagesPath}' has {images.Shape[0]} pictures, '{labelsPath}' {labels.Shape[0]} labels.");
        try
        {
            return Dataset.From(images.Data, [1, images.Shape[1], images.Shape[2]], labels.ToInts(), ClassNames, Name);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{imagesPath}' and '{labelsPath}' are no data set of pictures: {ErrorText.Of(e)}", e);
        }
    }

    private static NdArray ReadFile(string path, int dimensions, DataContext context)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        context.Progress?.Invoke(new DataProgress($"reading {Path.GetFileName(path)}", 0, 0, "B"));
        var array = Idx.Read(path);
        return array.DType == "|u1" && array.Shape.Length == dimensions
            ? array
            : throw new InvalidDataException($"'{path}' needs |u1 in {dimensions} dimensions, not {array.DType} in {array.Shape.Length}.");
    }
}
