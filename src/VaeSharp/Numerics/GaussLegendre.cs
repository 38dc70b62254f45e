namespace VaeSharp.Numerics;

/// <summary>Gauss and Legendre's rule for integrals over [0, 1].</summary>
internal static class GaussLegendre
{
    /// <summary>Nodes and weights: the zeros of P_n by Newton's method.</summary>
    public static IReadOnlyList<(double Node, double Weight)> Rule(int n)
    {
        var nodes = new (double, double)[n];
        for (var i = 0; i < n; i++)
        {
            var (x, slope) = (Math.Cos(Math.PI * (i + 0.75) / (n + 0.5)), 0.0);
            for (var step = 0; step < 20; step++)
            {
                var (p, before) = (x, 1.0);
                for (var k = 2; k <= n; k++)
                    (p, before) = (((2 * k - 1) * x * p - (k - 1) * before) / k, p);
                slope = n * (x * p - before) / (x * x - 1);
                x -= p / slope;
            }
            nodes[i] = (0.5 * (1 + x), 1 / ((1 - x * x) * slope * slope));
        }
        return nodes;
    }
}
