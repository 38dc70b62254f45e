namespace VaeSharp.Numerics;

/// <summary>Images [N, C, H, W] whose channels lie side by side in memory.</summary>
internal static class Images
{
    /// <summary>Room for images, or for weights of the same layout.</summary>
    public static Tensor Empty(long images, long channels, long height, long width, ScalarType type = ScalarType.Float32) =>
        empty_strided([images, channels, height, width], [height * width * channels, 1, width * channels, channels], type);

    /// <summary>Images in this layout; themselves where they have it.</summary>
    public static Tensor LaidOut(Tensor x) => HaveLayout(x) ? x : x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Whether images lie without gaps, with the channels of each place side by side.</summary>
    public static bool HaveLayout(Tensor x)
    {
        var expected = 1L;
        ReadOnlySpan<int> order = [1, 3, 2, 0];
        foreach (var dimension in order)
        {
            if (x.size(dimension) != 1 && x.stride(dimension) != expected)
                return false;
            expected *= x.size(dimension);
        }
        return true;
    }
}
