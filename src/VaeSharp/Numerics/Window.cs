namespace VaeSharp.Numerics;

/// <summary>A part of an image.</summary>
/// <param name="Top">Rows above it.</param>
/// <param name="Left">Columns left of it.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
internal readonly record struct Window(long Top, long Left, long Height, long Width)
{
    /// <summary>Whether it is all of an image.</summary>
    public bool IsAllOf(Tensor x) => (Top, Left, Height, Width) == (0, 0, x.size(2), x.size(3));

    /// <summary>Whether it is a part of an image.</summary>
    public bool IsIn(Tensor x) =>
        Math.Min(Top, Left) >= 0 && Math.Min(Height, Width) > 0 && Top + Height <= x.size(2) && Left + Width <= x.size(3);

    /// <summary>The part of images [N, C, H, W], without a copy.</summary>
    public Tensor Of(Tensor x) => IsAllOf(x) ? x : x.narrow(2, Top, Height).narrow(3, Left, Width);
}
