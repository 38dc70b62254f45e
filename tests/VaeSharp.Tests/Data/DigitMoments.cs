using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

/// <summary>What can be measured in an image without knowing how it was drawn.</summary>
internal sealed class DigitMoments
{
    public DigitMoments(byte[] image)
    {
        var middle = (Digits.Side - 1) / 2.0;
        Ink = image.Sum(pixel => pixel / 255.0);
        X = Mean((x, _) => x - middle);
        Y = Mean((_, y) => y - middle);
        Shear = -Mean((x, y) => (x - middle - X) * (y - middle - Y)) / Mean((_, y) => (y - middle - Y) * (y - middle - Y));
        var dark = Enumerable.Range(0, Digits.Pixels).Where(i => image[i] >= 128).ToArray();
        Side = Math.Max(Extent(i => i % Digits.Side), Extent(i => i / Digits.Side));

        double Mean(Func<int, int, double> value) =>
            image.Select((pixel, i) => pixel / 255.0 * value(i % Digits.Side, i / Digits.Side)).Sum() / Ink;

        int Extent(Func<int, int> coordinate) => dark.Max(coordinate) - dark.Min(coordinate) + 1;
    }

    /// <summary>Sum of all pixels, each in [0, 1].</summary>
    public double Ink { get; }

    /// <summary>Horizontal distance of the centre of mass from the image's centre, in pixels.</summary>
    public double X { get; }

    /// <summary>Vertical distance of the centre of mass from the image's centre, in pixels.</summary>
    public double Y { get; }

    /// <summary>The slope of the regression of x on upwards: the tangent of the angle from the vertical.</summary>
    public double Shear { get; }

    /// <summary>The longer side of the box around all pixels of at least half ink, in pixels.</summary>
    public int Side { get; }
}
