using VaeSharp.Imaging;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Verbs;

/// <summary>A file that examples are written to: a picture of them all, or an array.</summary>
internal sealed class OutputFile
{
    private readonly string path;
    private readonly DataSpec data;

    private OutputFile(string path, DataSpec data) => (this.path, this.data) = (path, data);

    private bool IsArray => Path.GetExtension(path) is ".npy";

    /// <summary>Takes a path, and refuses one that these examples cannot be written to.</summary>
    /// <exception cref="UsageException">The ending is unknown, or examples cannot be drawn.</exception>
    public static OutputFile For(string path, DataSpec data)
    {
        var file = new OutputFile(path, data);
        if (Path.GetExtension(path) is not (".png" or ".npy"))
            throw new UsageException($"--out: the file must end in .png (a picture) or .npy (an array), got '{path}'.");
        if (!file.IsArray && !data.IsDrawable)
            throw new UsageException($"Examples of {data.ShapeText} cannot be drawn. Write them as an array: --out FILE.npy.");
        return file;
    }

    /// <summary>Writes examples: [N, *shape].</summary>
    public void Write(float[] examples, int columns) => Write(examples, () => ImageGrid.Draw(ImageSet.From(examples, data), columns));

    /// <summary>Writes examples, or a picture of them that is drawn otherwise.</summary>
    public void Write(float[] examples, Func<Picture> draw)
    {
        ArrayFiles.MakeFolderOf(path);
        if (!IsArray)
        {
            draw().Save(path);
            return;
        }
        Npy.Write(path, NdArray.From(examples.AsSpan(), [examples.Length / data.Size, .. data.Shape]));
    }
}
