namespace VaeSharp.Numerics;

/// <summary>
/// How alike two images look, at most 1: contrast and structure at several scales, and luminance at the coarsest (MS-SSIM). With one scale
/// it is the structural similarity (SSIM).
/// </summary>
/// <remarks>
/// l_M^β_M · ∏ cs_j^β_j, the means over all places of a window that lies inside of the image; at the coarsest scale the mean of l · cs, as
/// in the authors' code. Each channel is an image of its own; the similarities are averaged. Wang, Simoncelli and Bovik 2003, Multiscale
/// Structural Similarity for Image Quality Assessment, eq. 7; Wang, Bovik, Sheikh and Simoncelli 2004, Image Quality Assessment, eq. 13.
/// An image is halved by averages of 2 × 2; an odd line at the end stands for its pair.
/// </remarks>
internal sealed class StructuralSimilarity
{
    private const int Window = 11;
    private const double Sigma = 1.5;
    private const double C1 = 0.01 * 0.01;                                                       // (K₁ L)² and (K₂ L)², with L = 1
    private const double C2 = 0.03 * 0.03;
    private static readonly double[] Published = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    private readonly (float[] Weights, long Places, long Size)[] rows;
    private readonly (float[] Weights, long Places, long Size)[] columns;

    /// <summary>Takes as many scales as leave the image eleven lines at the coarsest, and makes their weights sum to 1.</summary>
    /// <param name="height">Height of the images.</param>
    /// <param name="width">Width of the images.</param>
    /// <param name="mostScales">Number of scales at most, from 1 to 5.</param>
    public StructuralSimilarity(long height, long width, int mostScales)
    {
        var sizes = new List<(long Height, long Width)> { (height, width) };
        while (sizes.Count < mostScales && Half(sizes[^1].Height) >= Window && Half(sizes[^1].Width) >= Window)
            sizes.Add((Half(sizes[^1].Height), Half(sizes[^1].Width)));
        (rows, columns) = ([.. sizes.Select(size => Gaussian(size.Height))], [.. sizes.Select(size => Gaussian(size.Width))]);
        var total = Published.Take(sizes.Count).Sum();
        Weights = [.. Published.Take(sizes.Count).Select(weight => weight / total)];
    }

    /// <summary>The exponent β of each scale, the finest first; they sum to 1.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>The similarity of images with values from 0 to 1, which broadcast: [.., C, H, W] → [..].</summary>
    public Tensor Of(Tensor x, Tensor y)
    {
        Tensor similarity = null!;
        for (var scale = 0; scale < Weights.Count; scale++)
        {
            if (scale > 0)
                (x, y) = (Halved(x), Halved(y));
            var (rows, columns) = (Matrix(this.rows[scale], x), Matrix(this.columns[scale], x));
            var (meanX, meanY) = (Blurred(x), Blurred(y));
            var (squares, squaredDistance) = (meanX.square() + meanY.square(), (meanX - meanY).square());
            // 1 − cs and 1 − l rather than cs and l: exact where x and y are nearly the same.
            var variances = Blurred(x.square() + y.square()) - squares;                          // σx² + σy²
            var map = 1 - (Blurred((x - y).square()) - squaredDistance) / (variances + C2);      // cs = (2σxy + C₂) / (σx² + σy² + C₂)
            if (scale == Weights.Count - 1)
                map = map * (1 - squaredDistance / (squares + C1));                              // l = (2μxμy + C₁) / (μx² + μy² + C₁)
            var factor = Positive(map.mean([-2, -1])).pow(Weights[scale]);                       // [.., C]
            similarity = scale == 0 ? factor : similarity * factor;

            Tensor Blurred(Tensor image) =>
                nn.functional.linear(nn.functional.linear(image, columns).transpose(-1, -2), rows);
        }
        return similarity.mean([-1]);
    }

    /// <summary>
    /// The value where it is above 0.2, and softly held above 0: a negative structure has no power of a fraction, and behind a hard limit
    /// no gradient. From −0.23 downwards it is 10⁻¹², of which powers have finite slopes.
    /// </summary>
    public static Tensor Positive(Tensor x) => nn.functional.softplus(x, beta: 100, threshold: 20).clamp(min: 1e-12);

    private static long Half(long size) => (size + 1) / 2;

    private static Tensor Halved(Tensor x) =>
        nn.functional.avg_pool2d(x.reshape(-1, 1, x.size(-2), x.size(-1)), [2, 2], [2, 2], ceil_mode: true, count_include_pad: false)
            .view([.. x.shape[..^2], Half(x.size(-2)), Half(x.size(-1))]);

    private static Tensor Matrix((float[] Weights, long Places, long Size) window, Tensor x) =>
        tensor(window.Weights, [window.Places, window.Size], dtype: x.dtype, device: x.device);

    // A row for each place of the window along a line. A line shorter than the window has one of half its length.
    private static (float[] Weights, long Places, long Size) Gaussian(long size)
    {
        var window = size >= Window ? Window : Half(size);
        var middle = (window - 1) / 2.0;
        var bell = Enumerable.Range(0, (int)window).Select(i => Math.Exp(-(i - middle) * (i - middle) / (2 * Sigma * Sigma))).ToArray();
        var (total, places) = (bell.Sum(), size - window + 1);
        var weights = new float[places * size];
        for (var place = 0L; place < places; place++)
        {
            for (var i = 0; i < window; i++)
                weights[place * size + place + i] = (float)(bell[i] / total);
        }
        return (weights, places, size);
    }
}
