using System.Text;
using VaeSharp.Imaging.Diagrams;
using VaeSharp.Imaging.Drawing;
using VaeSharp.Interop;

namespace VaeSharp.Imaging;

/// <summary>A finished drawing of lines and text: as a file for print, SVG, and as a picture, PNG. Both show the same.</summary>
public sealed class Diagram
{
    private const int Scale = 3, LargestSide = 16_000;

    private readonly DiagramPainter painter;
    private readonly Lazy<Picture> picture;

    internal Diagram(DiagramPainter painter, string title)
    {
        this.painter = painter;
        var svg = new SvgPen(painter.Width, painter.Height, title);
        painter.Draw(svg);
        Svg = svg.ToString();
        picture = new(Paint);
    }

    /// <summary>The drawing as the text of an SVG file. It needs no fonts, and its title tells what it shows.</summary>
    public string Svg { get; }

    /// <summary>The drawing as a picture of three pixels for each unit of the SVG.</summary>
    public Picture Picture => picture.Value;

    /// <summary>Writes both files, creating the folder. Whoever reads them at any time sees the old file or the whole new one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The files' name, without an ending.</param>
    /// <returns>The files: NAME.svg and NAME.png.</returns>
    public IReadOnlyList<string> Save(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        string[] files = [Path.Combine(folder, name + ".svg"), Path.Combine(folder, name + ".png")];
        AtomicFile.Write(Path.GetFullPath(files[0]), stream => stream.Write(Encoding.UTF8.GetBytes(Svg)));
        Picture.Save(files[1]);
        return files;
    }

    private Picture Paint()
    {
        var scale = Math.Min(Scale, LargestSide / Math.Max(painter.Width, painter.Height));
        using var sheet = new Sheet((int)MathF.Round(painter.Width * scale), (int)MathF.Round(painter.Height * scale));
        sheet.Canvas.Scale(sheet.Width / painter.Width, sheet.Height / painter.Height);
        painter.Draw(new SheetPen(sheet));
        return sheet.ToPicture();
    }
}
