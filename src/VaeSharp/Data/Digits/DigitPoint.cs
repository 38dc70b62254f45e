namespace VaeSharp.Data;

/// <summary>A point or a displacement of the plane; x points right, y down.</summary>
internal readonly record struct DigitPoint(double X, double Y)
{
    public double Length => Math.Sqrt(X * X + Y * Y);

    public static DigitPoint operator +(DigitPoint a, DigitPoint b) => new(a.X + b.X, a.Y + b.Y);

    public static DigitPoint operator -(DigitPoint a, DigitPoint b) => new(a.X - b.X, a.Y - b.Y);

    public static DigitPoint operator *(double scale, DigitPoint a) => new(scale * a.X, scale * a.Y);
}
