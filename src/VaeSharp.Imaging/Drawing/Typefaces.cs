using ScottPlot;
using SkiaSharp;

namespace VaeSharp.Imaging.Drawing;

/// <summary>The embedded fonts. Skia on Linux brings none, and draws nothing where none is installed.</summary>
internal static class Typefaces
{
    /// <summary>The name by which ScottPlot finds the embedded fonts.</summary>
    public const string Name = "VaeSharp Inter";

    private static readonly Lazy<SKTypeface> regular = new(() => Load("Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> bold = new(() => Load("Inter-SemiBold.ttf"));
    private static readonly Lazy<string> registered = new(Register);

    /// <summary>The name of the embedded font, after ScottPlot was told of it.</summary>
    public static string ForPlots => registered.Value;

    /// <summary>The embedded font, or an installed one where only that has the text's characters.</summary>
    public static SKTypeface For(string text, bool isBold = false)
    {
        var typeface = isBold ? bold.Value : regular.Value;
        if (typeface.ContainsGlyphs(text))
            return typeface;
        var missing = text.EnumerateRunes().First(rune => !typeface.ContainsGlyph(rune.Value));
        return SKFontManager.Default.MatchCharacter(missing.Value) ?? typeface;
    }

    private static SKTypeface Load(string file)
    {
        using var stream = typeof(Typefaces).Assembly.GetManifestResourceStream(file)!;
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"The embedded font '{file}' could not be loaded.");
    }

    private static string Register()
    {
        Fonts.FontResolvers.Insert(0, new Resolver());
        return Name;
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            CreateTypeface(fontName, weight >= FontWeight.SemiBold, italic: false);

        public SKTypeface? CreateTypeface(string fontName, bool isBold, bool italic) =>
            fontName == Name ? (isBold ? Typefaces.bold : regular).Value : null;
    }
}
