namespace VaeSharp.Data;

/// <summary>Arithmetic on one picture: [C, H, W].</summary>
internal static class Pictures
{
    /// <summary>Luma of a colour picture, by the weights of Rec. 601; a fourth channel (opacity) is left out.</summary>
    /// <param name="picture">[C, H·W] with C = 3 or 4.</param>
    /// <param name="grey">[1, H·W].</param>
    public static void Grey(ReadOnlySpan<float> picture, Span<float> grey)
    {
        var area = grey.Length;
        for (var i = 0; i < area; i++)
            grey[i] = 0.299f * picture[i] + 0.587f * picture[area + i] + 0.114f * picture[2 * area + i];
    }

    /// <summary>Resizes each channel: where it shrinks, the mean of the area that a new pixel covers; where it grows, linearly.</summary>
    /// <param name="picture">[C, H, W].</param>
    /// <param name="rows">How the H rows become new rows.</param>
    /// <param name="columns">How the W columns become new columns.</param>
    /// <param name="resized">[C, rows.To, columns.To].</param>
    public static void Resize(ReadOnlySpan<float> picture, Resampling rows, Resampling columns, Span<float> resized)
    {
        var narrow = new float[rows.From * columns.To];
        var channels = picture.Length / (rows.From * columns.From);
        for (var c = 0; c < channels; c++)
        {
            var from = picture.Slice(c * rows.From * columns.From, rows.From * columns.From);
            var to = resized.Slice(c * rows.To * columns.To, rows.To * columns.To);
            for (var y = 0; y < rows.From; y++)
                columns.Apply(from[(y * columns.From)..], 1, narrow.AsSpan(y * columns.To), 1);
            for (var x = 0; x < columns.To; x++)
                rows.Apply(narrow.AsSpan(x), columns.To, to[x..], columns.To);
        }
    }

    /// <summary>The nearest byte.</summary>
    public static byte Round(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
