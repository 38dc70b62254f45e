namespace VaeSharp.Tests.Networks;

/// <summary>Keras's "same" convolutions, written out as loops over doubles, with nothing of torch.</summary>
internal static class KerasGeometry
{
    /// <summary>
    /// x [C, H, W], w [O, C, k, k] → [O, ⌈H/s⌉, ⌈W/s⌉]: y[o, i, j] = b[o] + Σ w[o, c, u, v] x[c, is + u − before, js + v − before].
    /// </summary>
    public static double[,,] Convolution(double[,,] x, double[,,,] w, double[] b, int stride)
    {
        var (inputs, height, width) = (x.GetLength(0), x.GetLength(1), x.GetLength(2));
        var (outputs, kernel) = (w.GetLength(0), w.GetLength(2));
        var y = new double[outputs, Ceiling(height, stride), Ceiling(width, stride)];
        var (top, left) = (Before(height, kernel, stride), Before(width, kernel, stride));
        Each(y, (o, i, j) =>
        {
            y[o, i, j] = b[o];
            for (var c = 0; c < inputs; c++)
            {
                for (var u = 0; u < kernel; u++)
                {
                    for (var v = 0; v < kernel; v++)
                    {
                        var (row, column) = (i * stride + u - top, j * stride + v - left);
                        if (row >= 0 && row < height && column >= 0 && column < width)
                            y[o, i, j] += w[o, c, u, v] * x[c, row, column];
                    }
                }
            }
        });
        return y;
    }

    /// <summary>
    /// x [C, H, W], w [C, O, k, k] → [O, sH, sW], cropped: each input is spread over where a convolution of the output's full size would
    /// have read.
    /// </summary>
    public static double[,,] Transposed(double[,,] x, double[,,,] w, double[] b, int stride, int height, int width)
    {
        var (outputs, kernel) = (w.GetLength(1), w.GetLength(2));
        var y = new double[outputs, height, width];
        Each(y, (o, i, j) => y[o, i, j] = b[o]);
        var (top, left) = (Before(x.GetLength(1) * stride, kernel, stride), Before(x.GetLength(2) * stride, kernel, stride));
        Each(x, (c, i, j) =>
        {
            for (var o = 0; o < outputs; o++)
            {
                for (var u = 0; u < kernel; u++)
                {
                    for (var v = 0; v < kernel; v++)
                    {
                        var (row, column) = (i * stride + u - top, j * stride + v - left);
                        if (row >= 0 && row < height && column >= 0 && column < width)
                            y[o, row, column] += w[c, o, u, v] * x[c, i, j];
                    }
                }
            }
        });
        return y;
    }

    private static int Ceiling(int size, int stride) => (int)Math.Ceiling((double)size / stride);

    // tf.nn: pad_total = max((out − 1)·s + k − in, 0), pad_before = pad_total // 2.
    private static int Before(int size, int kernel, int stride) => Math.Max((Ceiling(size, stride) - 1) * stride + kernel - size, 0) / 2;

    private static void Each(double[,,] array, Action<int, int, int> action)
    {
        for (var a = 0; a < array.GetLength(0); a++)
        {
            for (var b = 0; b < array.GetLength(1); b++)
            {
                for (var c = 0; c < array.GetLength(2); c++)
                    action(a, b, c);
            }
        }
    }
}
