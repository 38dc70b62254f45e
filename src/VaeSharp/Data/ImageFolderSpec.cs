using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Data;

/// <summary>A folder of pictures. Sub-folders are classes; above them, folders named train, test and val may divide the pictures.</summary>
[Part("folder")]
public sealed record ImageFolderSpec : DatasetSpec
{
    private static readonly string[] TestNames = ["test"];
    private static readonly string[] ValidationNames = ["val", "validation", "valid"];

    /// <summary>The folder.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <inheritdoc/>
    public override DatasetSpec AtFullPaths() => this with { Path = FullPath(Path) };

    /// <inheritdoc/>
    protected override DataSplits Read(DataContext context)
    {
        if (!Directory.Exists(Path))
            throw new DirectoryNotFoundException($"There is no folder '{Path}' of pictures; name one with path.");
        var decoder = context.ImageDecoder
            ?? throw new InvalidOperationException("Reading pictures needs a decoder: set DataContext.ImageDecoder to VaeSharp.Imaging's.");
        var train = System.IO.Path.Combine(Path, "train");
        var list = ImageList.From(Directory.Exists(train) ? train : Path, classes: null);
        var reader = new ImageReader(decoder, context) { Resize = Resize, Grey = Grey };
        var name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));
        Dataset Load(ImageList images) => reader.Read(images, name);
        if (!Directory.Exists(train))
            return new DataSplits(Load(Limited(list)));
        return new DataSplits(Load(Limited(list)), Other(TestNames, list, Load), Other(ValidationNames, list, Load));
    }

    // What the limit leaves out need not be read.
    private ImageList Limited(ImageList list) => Limit > 0 ? list with { Files = [.. list.Files.Take(Limit)] } : list;

    private Dataset? Other(string[] names, ImageList train, Func<ImageList, Dataset> load)
    {
        var folder = names.Select(name => System.IO.Path.Combine(Path, name)).FirstOrDefault(Directory.Exists);
        return folder is null ? null : load(ImageList.From(folder, train.Classes));
    }
}
