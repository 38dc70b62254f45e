namespace VaeSharp.Tests.Support;

/// <summary>Determinants of derivatives without any formula for them: the whole matrix, and elimination.</summary>
internal static class DerivativeMatrix
{
    /// <summary>∂y/∂x for each example, where y [.., Z] of an example depends on its own x [.., Z] alone: [.., Z, Z].</summary>
    public static Tensor Of(Tensor y, Tensor x)
    {
        var rows = new List<Tensor>();
        for (var i = 0L; i < y.size(-1); i++)
        {
            x.grad = null;
            y.select(-1, i).sum().backward(null!, retain_graph: true, create_graph: false, [x]);
            rows.Add(x.grad?.clone() ?? zeros_like(x));
        }
        x.grad = null;
        return stack(rows, dim: -2).detach();
    }

    /// <summary>log|det| of each matrix [.., Z, Z], and the signs of the determinants.</summary>
    public static (Tensor LogDet, Tensor Sign) Determinant(Tensor matrices)
    {
        var size = (int)matrices.size(-1);
        var values = matrices.to_type(float64).contiguous().data<double>().ToArray();
        var count = values.Length / (size * size);
        var (logs, signs) = (new double[count], new double[count]);
        for (var n = 0; n < count; n++)
            (logs[n], signs[n]) = Eliminate(values.AsSpan(n * size * size, size * size), size);
        var shape = matrices.shape[..^2];
        return (tensor(logs).view(shape), tensor(signs).view(shape));
    }

    // Gauss, with the largest element of the column as pivot.
    private static (double Log, double Sign) Eliminate(Span<double> m, int size)
    {
        var (log, sign) = (0.0, 1.0);
        for (var k = 0; k < size; k++)
        {
            var pivot = k;
            for (var i = k + 1; i < size; i++)
                pivot = Math.Abs(m[i * size + k]) > Math.Abs(m[pivot * size + k]) ? i : pivot;
            for (var j = 0; j < size && pivot != k; j++)
                (m[k * size + j], m[pivot * size + j]) = (m[pivot * size + j], m[k * size + j]);
            sign *= (pivot == k ? 1 : -1) * Math.Sign(m[k * size + k]);
            log += Math.Log(Math.Abs(m[k * size + k]));
            for (var i = k + 1; i < size; i++)
            {
                var factor = m[i * size + k] / m[k * size + k];
                for (var j = k; j < size; j++)
                    m[i * size + j] -= factor * m[k * size + j];
            }
        }
        return (log, sign);
    }
}
