using VaeSharp.Flows;
using VaeSharp.Posteriors;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Codes drawn with the density √det G⁻¹, in double precision, against that density integrated on a grid.</summary>
public sealed class InverseVolumeTests : IDisposable
{
    private const int Draws = 6000;
    private const int Fine = 20;                                                                 // points of a cell's side
    private readonly IDisposable scope = NewDisposeScope();
    private readonly SeededNoise noise = new(1);

    public void Dispose()
    {
        noise.Dispose();
        scope.Dispose();
    }

    private Tensor Numbers(params long[] shape) => noise.Normal(shape, CPU).to_type(float64);

    // Centroids about 0, of different weight, and axes that differ.
    private InverseVolume Several(int units, double reach, double floor)
    {
        var centroids = units == 1 ? tensor(new[,] { { -1.2 }, { 0.5 }, { 1.4 } }) : 0.8 * Numbers(4, units);
        var factors = eye(units, dtype: float64) + 0.5 * Numbers(centroids.size(0), units, units).tril();
        return new InverseVolume(centroids, factors, reach, floor);
    }

    // Holds those of the codes that are in a box to the density there, cell by cell; cells with few codes count together.
    private static void AssertFits(InverseVolume density, Tensor z, double low, double high, int cells)
    {
        var (units, width) = ((int)z.size(1), (high - low) / cells);
        var line = low + (arange(cells * Fine, dtype: float64) + 0.5) * (width / Fine);
        var grid = units == 1
            ? line.unsqueeze(1)
            : stack([line.repeat_interleave(line.numel()), line.repeat(line.numel())], dim: 1);
        var masses = Histogram(grid, density.LogDensity(grid).exp());
        var inside = (z >= low).logical_and(z < high).all(dim: 1).to_type(float64);
        var counts = Histogram(z.clamp(low, high - 1e-9), inside);
        var (all, total) = (masses.Sum(), counts.Sum());
        Assert.True(total > 0.3 * z.size(0), $"{total} codes are in the box");
        var large = masses.Select(mass => mass / all * total > 10).ToList();
        Statistics.AssertFits([.. Gather(counts).Select(count => (long)Math.Round(count))], [.. Gather(masses).Select(mass => mass / all)]);

        double[] Histogram(Tensor points, Tensor weights)
        {
            var place = ((points - low) / width).floor().to_type(int64);
            var index = units == 1 ? place.select(1, 0) : place.select(1, 0) * cells + place.select(1, 1);
            return index.bincount(weights, (long)Math.Pow(cells, units)).data<double>().ToArray();
        }

        List<double> Gather(double[] values) =>
            [.. values.Where((_, i) => large[i]), values.Where((_, i) => !large[i]).Sum() + 1e-12];
    }

    /// <summary>
    /// With a small λ, which holds next to nothing as far as walks come, they end as the density says, wherever they started. Steps are so
    /// long that what they do wrong has to be refused.
    /// </summary>
    [Theory, InlineData(1), InlineData(2)]
    public void Walks_from_centroids_end_with_the_density(int units)
    {
        var density = Several(units, reach: 1, floor: 1e-10);
        var chain = new HamiltonianChainSpec { Proposals = 60, Leapfrogs = 3, StepSize = units == 1 ? 1.3 : 1 };
        AssertFits(density, density.Draw(Draws, chain, noise), -4, 4, units == 1 ? 20 : 14);
        var (_, accepted) = new HamiltonianChain(chain, density.LogDensity, density.Force).Walk(zeros(500, units, dtype: float64), noise);
        Assert.InRange(accepted.mean().item<double>(), 0.4, 0.93);
    }

    /// <summary>
    /// With any λ the density stays where it is: codes that have it in a large box have it in the middle of that behind some proposals,
    /// which are too few to come there from outside.
    /// </summary>
    [Fact]
    public void Walks_leave_the_density_as_it_is()
    {
        const int points = 38_000;
        const double low = -9, width = 0.0005;
        var density = Several(units: 1, reach: 0.4, floor: 0.2);
        var line = low + (arange(points, dtype: float64) + 0.5) * width;
        var sums = density.LogDensity(line.unsqueeze(1)).exp().cumsum(0).data<double>().ToArray();
        var uniform = noise.Uniform([Draws], CPU).to_type(float64).data<double>().ToArray();
        double[] drawn = [.. uniform.Select(u => low + (~Array.BinarySearch(sums, u * sums[^1]) + 0.5) * width)];
        var start = tensor(drawn).unsqueeze(1);
        AssertFits(density, start, -3, 3, 20);
        var chain = new HamiltonianChainSpec { Proposals = 2, Leapfrogs = 3, StepSize = 0.4 };
        var (end, accepted) = new HamiltonianChain(chain, density.LogDensity, density.Force).Walk(start, noise);
        AssertFits(density, end, -3, 3, 20);
        Assert.True((end - start).abs().mean().item<double>() > 0.5, "they have hardly moved");
        Assert.InRange(accepted.mean().item<double>(), 0.5, 0.99);
    }

    /// <summary>One centroid c and no λ: √det G⁻¹ is a normal density about c, with the variance T²/Z.</summary>
    [Fact]
    public void Of_one_centroid_codes_are_normal()
    {
        const int units = 3;
        const double reach = 1.5;
        var center = Numbers(1, units);
        var factor = eye(units, dtype: float64).unsqueeze(0) + Numbers(1, units, units).tril(-1);
        var density = new InverseVolume(center, factor, reach, floor: 1e-13);
        var z = density.Draw(3000, new HamiltonianChainSpec { Proposals = 15, Leapfrogs = 5, StepSize = 0.3 }, noise);
        for (var j = 0; j < units; j++)
        {
            var middle = center[0, j].item<double>();
            Statistics.AssertFits(z.select(1, j), x => 0.5 * (1 + ((x - middle) / (reach * Math.Sqrt(2.0 / units))).erf()));
        }
    }

    [Fact]
    public void The_force_is_a_finite_difference_of_the_density()
    {
        const int units = 3;
        const double step = 1e-4;
        var (density, z) = (Several(units, reach: 1.5, floor: 0.3), Numbers(6, units));
        var force = density.Force(z);
        Assert.True(force.abs().min().item<double>() > 1e-3, "the test says little");
        for (var j = 0; j < units; j++)
        {
            var side = step * eye(units, dtype: float64)[j];
            Check.Close((density.LogDensity(z + side) - density.LogDensity(z - side)) / (2 * step), force.select(1, j), 1e-6, 1e-7);
        }
    }

    /// <summary>Far away nothing falls any more: the density is λ^(Z/2), and has no integral.</summary>
    [Fact]
    public void Far_from_centroids_the_density_is_flat()
    {
        var (density, z) = (Several(2, reach: 1.5, floor: 0.3), 100 + Numbers(4, 2));
        Check.Close(full(4, Math.Log(0.3), dtype: float64), density.LogDensity(z), 1e-12, 1e-12);
        Check.Close(zeros(4, 2, dtype: float64), density.Force(z), 0, 1e-12);
    }

    /// <summary>Walks by this force can be followed backwards, and small steps are accepted while large ones are not.</summary>
    [Fact]
    public void Steps_go_back_and_are_accepted_as_far_as_they_are_small()
    {
        var (density, z, momentum) = (Several(3, reach: 1, floor: 0.01), Numbers(300, 3), Numbers(300, 3));
        Tensor[] cooling = [.. Enumerable.Repeat(ones(1, dtype: float64), 15)];
        var step = full(1, 0.1, dtype: float64);
        var (end, last) = Leapfrog.Follow(z, momentum, density.Force, step, cooling);
        Assert.True((end - z).abs().mean().item<double>() > 0.5, "it has hardly moved");
        var (start, first) = Leapfrog.Follow(end, -last, density.Force, step, cooling);
        Check.Close(z, start, 0, 1e-9);
        Check.Close(momentum, -first, 0, 1e-9);

        var shares = new[] { 0.003, 0.3, 1.5 }.Select(Accepted).ToList();
        Assert.True(shares[0] > 0.999 && shares[1] < 0.999 && shares[2] < shares[1] - 0.05, string.Join(", ", shares));

        double Accepted(double size)
        {
            var chain = new HamiltonianChainSpec { Proposals = 10, Leapfrogs = 5, StepSize = size };
            return new HamiltonianChain(chain, density.LogDensity, density.Force).Walk(z, noise).Accepted.mean().item<double>();
        }
    }

    /// <summary>The same noise gives the same codes, and other noise others.</summary>
    [Fact]
    public void The_same_seed_gives_the_same_codes()
    {
        var density = Several(2, reach: 1, floor: 0.01);
        Check.Close(Drawn(5), Drawn(5), 0, 0);
        Assert.False(Drawn(5).allclose(Drawn(6)));

        Tensor Drawn(long seed)
        {
            using var other = new SeededNoise(seed);
            return density.Draw(20, new HamiltonianChainSpec { Proposals = 3 }, other);
        }
    }

    /// <summary>
    /// Some places of centroids are empty until training has filled them: no walk starts at one, and none at all before any is filled.
    /// </summary>
    [Fact]
    public void Walks_start_at_centroids_that_are_there()
    {
        var (centroids, factors) = (zeros(5, 2), zeros(5, 2, 2));
        var still = new HamiltonianChainSpec { Proposals = 1, Leapfrogs = 1, StepSize = 1e-6 };
        Assert.Contains("not trained", Assert.Throws<InvalidOperationException>(() => Draw()).Message);
        foreach (var i in new[] { 1L, 3L })
        {
            centroids[i].fill_(i);
            factors[i].copy_(eye(2));
        }
        var starts = Draw();
        Check.Close(starts.round(), starts, 0, 1e-4);
        var firsts = starts.select(1, 0).round().to_type(int64).bincount(null, 5).data<long>().ToArray();
        Assert.Equal((0, 0, 0), (firsts[0], firsts[2], firsts[4]));
        Statistics.AssertFits([firsts[1], firsts[3]], [0.5, 0.5]);

        Tensor Draw() => new InverseVolume(centroids, factors, 1.5, 0.01).Draw(1000, still, noise);
    }
}
