using VaeSharp.Distributions;
using VaeSharp.Objectives;

namespace VaeSharp.Tests.Objectives;

/// <summary>DIP-VAE's penalties, against covariances that are written out.</summary>
public sealed class CovarianceMatchingTests
{
    private const int B = 7;
    private const int Z = 3;

    /// <summary>Kumar et al. 2018, eq. 6 and 7, element by element in double precision.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void It_is_the_squared_distance_of_the_covariance_from_the_identity(bool spread)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = new Normal(1 + 2 * noise.Normal([B, Z], CPU), noise.Normal([B, Z], CPU));
        double[][] mean = Rows(q.Mean), logVar = Rows(q.LogVar);
        var (off, on) = (0.0, 0.0);
        for (var i = 0; i < Z; i++)
        {
            for (var j = 0; j < Z; j++)
            {
                var (a, b) = (mean.Average(row => row[i]), mean.Average(row => row[j]));
                var c = mean.Average(row => (row[i] - a) * (row[j] - b)) + (spread && i == j ? logVar.Average(row => Math.Exp(row[i])) : 0);
                if (i == j)
                    on += (c - 1) * (c - 1);
                else
                    off += c * c;
            }
        }
        Assert.True(off > 1 && on > 1);
        PenaltySpec penalty = spread
            ? new DipTwoSpec { OffDiagonal = 3, Diagonal = 0.5 }
            : new DipOneSpec { OffDiagonal = 3, Diagonal = 0.5 };
        Check.Close(3 * off + 0.5 * on, Codes.Loss(penalty, Codes.Trace(q.Mean.unsqueeze(0), q)), 1e-5);

        static double[][] Rows(Tensor x) => [.. x.to_type(float64).data<double>().ToArray().Chunk(Z)];
    }

    /// <summary>DIP-VAE-II matches the covariance of the codes themselves, which draws show.</summary>
    [Fact]
    public void Means_and_spread_together_are_the_covariance_of_draws()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var q = new Normal(noise.Normal([B, Z], CPU), noise.Normal([B, Z], CPU));
        var z = q.Rsample(40_000, noise).Z.flatten(0, 1);
        var found = (z - z.mean([0L])).square();                                                 // whose mean is the variance
        var expected = (q.Mean - q.Mean.mean([0L])).square().mean([0L]) + q.Variance.mean([0L]);
        for (var j = 0; j < Z; j++)
            Statistics.AssertMean(expected[j].item<float>(), found.select(1, j), 1e-4);
    }

    /// <summary>One code has no covariance, so its units' variances are off by all of 1.</summary>
    [Fact]
    public void Of_one_code_the_covariance_is_zero()
    {
        using var scope = NewDisposeScope();
        Check.Close(Z * 100, Codes.Loss(new DipOneSpec(), Codes.Trace(ones(1, Z))));
    }
}
