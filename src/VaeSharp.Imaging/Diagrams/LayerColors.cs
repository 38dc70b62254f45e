using SkiaSharp;
using VaeSharp.Networks;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Colours of kinds of layers: those that learn are strong, those that only move numbers are pale.</summary>
internal static class LayerColors
{
    public static readonly SKColor Sampling = Theme.Validation;

    private static readonly SKColor pale = new(0xc3, 0xca, 0xd4);

    /// <summary>The colour of a kind, and what a legend calls it.</summary>
    public static (SKColor Color, string Name) Of(LayerType type) => type switch
    {
        LayerType.Input => (new(0x5c, 0x68, 0x78), "input"),
        LayerType.Dense => (Theme.Train, "dense"),
        LayerType.Convolution => (new(0x07, 0x96, 0x74), "convolution"),
        LayerType.TransposedConvolution => (new(0x8d, 0x5f, 0xc4), "transposed convolution"),
        LayerType.Sampling => (Sampling, "sampling"),
        LayerType.Other => (new(0xb3, 0x8b, 0x2e), "other"),
        _ => (pale, "without parameters"),
    };

    /// <summary>A colour on its way to white.</summary>
    public static SKColor Tint(SKColor color, float white) =>
        new(Towards(color.Red, white), Towards(color.Green, white), Towards(color.Blue, white));

    private static byte Towards(byte value, float white) => (byte)Math.Round(value + (255 - value) * white);
}
