namespace VaeSharp.Imaging;

/// <summary>A kind of image file that can be written.</summary>
public enum ImageFormat
{
    /// <summary>Lossless; grey or colour.</summary>
    Png,

    /// <summary>Lossy, at quality 95; grey or colour.</summary>
    Jpeg,

    /// <summary>Lossless; read as colour always.</summary>
    WebP,
}
