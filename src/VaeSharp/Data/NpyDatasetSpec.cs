using System.ComponentModel.DataAnnotations;
using VaeSharp.Interop;

namespace VaeSharp.Data;

/// <summary>Arrays of NumPy: a .npy file, or a .npz file with Keras's names (x_train, y_train, x_test, y_test) or x and y.</summary>
/// <remarks>
/// Shapes: [N, D] for vectors, [N, H, W] for grey images, [N, H, W, C] or [N, C, H, W] for images with C = 1, 3 or 4 channels.
/// Bytes stay bytes (b stands for b/255); other numbers become single precision.
/// </remarks>
[Part("npy")]
public sealed record NpyDatasetSpec : DatasetSpec
{
    private static readonly string[] Train = ["x_train", "x", "images", "imgs", "data"];
    private static readonly string[] TrainLabels = ["y_train", "y", "labels"];
    private static readonly string[] Test = ["x_test"];
    private static readonly string[] TestLabels = ["y_test"];
    private static readonly string[] Validation = ["x_val", "x_valid"];
    private static readonly string[] ValidationLabels = ["y_val", "y_valid"];

    /// <summary>The .npy or .npz file.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>A .npy file of the training examples' classes, counted from 0; empty for none, or for those of the .npz file.</summary>
    public string Labels { get; init; } = "";

    /// <inheritdoc/>
    public override DatasetSpec AtFullPaths() => this with { Path = FullPath(Path), Labels = FullPath(Labels) };

    /// <inheritdoc/>
    protected override DataSplits Read(DataContext context)
    {
        if (Path.Length == 0)
            throw new ArgumentException("The data set 'npy' needs the path of a .npy or .npz file.", nameof(context));
        context.Progress?.Invoke(new DataProgress($"reading {System.IO.Path.GetFileName(Path)}", 0, 0, "B"));
        var given = Labels.Length > 0 ? Npy.Read(Labels) : null;
        if (!NpzFile.IsZip(Path))
            return new ArraySplits(Path) { Train = Npy.Read(Path), TrainLabels = given }.ToSplits();
        using var file = NpzFile.Open(Path);
        return new ArraySplits(Path)
        {
            Train = Find(file, Train) ?? Only(file),
            TrainLabels = given ?? Find(file, TrainLabels),
            Test = Find(file, Test),
            TestLabels = Find(file, TestLabels),
            Validation = Find(file, Validation),
            ValidationLabels = Find(file, ValidationLabels),
        }.ToSplits();
    }

    private static NdArray? Find(NpzFile file, string[] names) =>
        names.FirstOrDefault(file.Names.Contains) is { } name ? file.Read(name) : null;

    private NdArray Only(NpzFile file) => file.Names.Count == 1
        ? file.Read(file.Names.Single())
        : throw new InvalidDataException(
            $"'{Path}' must have one array, or one named {string.Join(", ", Train)}; it has {string.Join(", ", file.Names)}.");
}
