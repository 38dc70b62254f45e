using VaeSharp.Interop;

namespace VaeSharp.Imaging;

/// <summary>A finished picture: an encoded PNG.</summary>
public sealed class Picture
{
    private readonly byte[] png;

    internal Picture(byte[] png, int width, int height) => (this.png, Width, Height) = (png, width, height);

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Png => png;

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Writes the file, creating its folder. Whoever reads the path at any time sees the old file or the whole new one.</summary>
    /// <param name="path">The file to write, or to replace.</param>
    public void Save(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? throw new ArgumentException($"'{path}' is a folder, not a file.", nameof(path));
        Directory.CreateDirectory(folder);
        AtomicFile.Write(full, stream => stream.Write(png));
    }
}
