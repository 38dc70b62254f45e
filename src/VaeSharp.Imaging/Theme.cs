using SkiaSharp;

namespace VaeSharp.Imaging;

/// <summary>How every picture looks. Sizes are pixels of pictures made for screens of twice the usual density.</summary>
internal static class Theme
{
    public const float TitleSize = 34, HeadingSize = 28, TextSize = 25, SmallSize = 21;

    public const int Margin = 44, Gap = 16;

    public const float LineWidth = 3.5f, FrameWidth = 1.5f, GridWidth = 1.5f;

    public static readonly SKColor Background = SKColors.White;

    public static readonly SKColor Ink = new(0x1f, 0x24, 0x2b);

    public static readonly SKColor Muted = new(0x5c, 0x64, 0x70);

    public static readonly SKColor Frame = new(0x8b, 0x93, 0x9e);

    public static readonly SKColor Grid = new(0xe6, 0xe9, 0xed);

    public static readonly SKColor Train = new(0x1f, 0x6f, 0xc4);

    public static readonly SKColor Validation = new(0xe3, 0x6c, 0x0a);

    /// <summary>The colour of a pixel that is not a number: no grey and no likely image has it.</summary>
    public static readonly SKColor NotANumber = new(0xff, 0x2d, 0x95);
}
