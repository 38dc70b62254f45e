using VaeSharp.Posteriors;

namespace VaeSharp.Tests.Posteriors;

/// <summary>What quantisers choose, what they lose, and what passes back through them, against sums that are written out.</summary>
public sealed class QuantiserTests
{
    private static readonly CodebookOptions Plain = new(Count: 5, Rounds: 0, Warmup: 1, Revival: 0);

    private static Tensor Vectors(int count, int units, long seed = 1)
    {
        using var noise = new SeededNoise(seed);
        return noise.Normal([count, units], CPU);
    }

    private static T Drawn<T>(T codebook, long seed = 2) where T : Codebook
    {
        using var frozen = no_grad();
        codebook.Table.copy_(Vectors((int)codebook.Count, (int)codebook.Table.size(1), seed));
        return codebook;
    }

    private static double[][] Rows(Tensor x) =>
        [.. x.detach().to_type(float64).contiguous().data<double>().ToArray().Chunk((int)x.size(1))];

    private static long[] Numbers(Tensor x) => x.contiguous().data<long>().ToArray();

    private static double Squared(double[] a, double[] b) => a.Zip(b, (one, other) => (one - other) * (one - other)).Sum();

    private static int Nearest(double[] x, double[][] codes) => Enumerable.Range(0, codes.Length).MinBy(k => Squared(x, codes[k]));

    /// <summary>Also where there are more vectors than are compared at once.</summary>
    [Theory, InlineData(7), InlineData(8192), InlineData(20_001)]
    public void The_nearest_code_is_the_nearest(int count)
    {
        using var scope = NewDisposeScope();
        var (x, codes) = (Vectors(count, 3), Vectors(6, 3, seed: 2));
        var table = Rows(codes);
        Assert.Equal(Rows(x).Select(row => (long)Nearest(row, table)), Numbers(Clusters.Nearest(x, codes)));
    }

    /// <summary>The code to the last bit, however far it is, and the gradient behind it as it is.</summary>
    [Fact]
    public void The_gradient_passes_straight_through()
    {
        using var scope = NewDisposeScope();
        var (code, gradient) = (1e-3 * Vectors(50, 7, seed: 2), Vectors(50, 7, seed: 3));
        var x = (1e4 * Vectors(50, 7)).detach().requires_grad_();
        code.requires_grad_();
        var z = CodeGradient.StraightThrough.Pass(x, code);
        Check.Close(code, z, 0, 0);
        (z * gradient).sum().backward();
        Check.Close(gradient, x.grad!, 0, 0);
        Assert.Null(code.grad);
    }

    /// <summary>
    /// ∂z/∂x is λR: R is orthogonal with determinant 1 and turns x̂ to q̂, and λ is the quotient of lengths. It leaves the plane's
    /// complement as it is. Fifty et al. 2024, section 4.
    /// </summary>
    [Fact]
    public void The_rotation_turns_the_vector_to_its_code()
    {
        using var scope = NewDisposeScope();
        var (x, code) = (Vectors(20, 4).to_type(float64).detach().requires_grad_(), 3 * Vectors(20, 4, seed: 2).to_type(float64));
        var z = CodeGradient.Rotation.Pass(x, code);
        Check.Close(code, z, 0, 0);
        var matrix = DerivativeMatrix.Of(z, x);                                                  // [N, D, D]
        var stretch = (code.norm(1, keepdim: true) / x.detach().norm(1, keepdim: true)).unsqueeze(2);
        var rotation = matrix / stretch;
        Check.Close(code, matrix.bmm(x.detach().unsqueeze(2)).squeeze(2), 1e-9, 1e-9);
        Check.Close(eye(4, dtype: float64).expand(20, 4, 4), rotation.bmm(rotation.transpose(1, 2)), 1e-9, 1e-9);
        var (logDet, sign) = DerivativeMatrix.Determinant(rotation);
        Check.Close(zeros_like(logDet), logDet, 0, 1e-9);
        Check.Close(ones_like(sign), sign, 0, 0);
        // What is orthogonal to both stays: the trace of a rotation of a plane by φ is D − 2 + 2 cos φ.
        var cosine = (code * x.detach()).sum(dim: 1L) / code.norm(1) / x.detach().norm(1);
        Check.Close(2 + 2 * cosine, rotation.diagonal(0, 1, 2).sum(dim: 1L), 1e-9, 1e-9);
    }

    [Fact]
    public void Vectors_without_a_direction_and_opposite_codes_have_finite_gradients()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 0f, 0 }, { 1, 2 }, { 1, 2 }, { 1e-20f, 0 } }).requires_grad_();
        var code = tensor(new[,] { { 1f, 1 }, { -1, -2 }, { 0, 0 }, { 5, 5 } });
        CodeGradient.Rotation.Pass(x, code).sum().backward();
        Assert.True(Check.IsFinite(x.grad!));
        Assert.InRange(x.grad!.abs().max().item<float>(), 0, 100);
    }

    /// <summary>With γ = 0, on all data: each code becomes the mean of its vectors, and one without any stays. That is k-means.</summary>
    [Fact]
    public void The_moving_average_of_a_full_batch_is_a_round_of_k_means()
    {
        using var scope = NewDisposeScope();
        var x = Vectors(40, 3);
        var codebook = Drawn(new MovingAverageCodebook(3, decay: 0, Plain));
        using (no_grad())
            codebook.Table[4].fill_(50);                                                         // nothing is near
        codebook.Update(x, codebook.Nearest(x), new Progress(new ReplayedNoise()));              // counts only: it starts as it is
        var (rows, before) = (Rows(x), Rows(codebook.Table));
        codebook.Update(x, codebook.Nearest(x), new Progress(new ReplayedNoise()));
        for (var k = 0; k < 5; k++)
        {
            var own = rows.Where(row => Nearest(row, before) == k).ToList();
            var expected = own.Count == 0 ? before[k] : [.. Enumerable.Range(0, 3).Select(j => own.Average(row => row[j]))];
            Check.Close(tensor(expected), codebook.Table[k].to_type(float64), 1e-5, 1e-6);
            Assert.Equal(k == 4, own.Count == 0);
        }
        var start = tensor(before.SelectMany(row => row).ToArray()).view(5, 3).to_type(float32);
        Check.Close(codebook.Table, Clusters.Round(x, start), 1e-5, 1e-6);
    }

    /// <summary>N ← γN + (1 − γ)n, m ← γm + (1 − γ)Σx and e = m/N, kept apart as the paper has them, over several batches.</summary>
    [Fact]
    public void The_moving_average_is_the_papers()
    {
        using var scope = NewDisposeScope();
        var codebook = Drawn(new MovingAverageCodebook(3, 0.9, Plain));
        var first = Vectors(30, 3, seed: 10);
        codebook.Update(first, codebook.Nearest(first), new Progress(new ReplayedNoise()));
        var codes = Rows(codebook.Table);
        var n = Enumerable.Range(0, 5).Select(k => (double)Rows(first).Count(row => Nearest(row, codes) == k)).ToArray();
        var m = codes.Select((code, k) => code.Select(unit => unit * n[k]).ToArray()).ToArray();
        for (var batch = 0; batch < 6; batch++)
        {
            var x = Vectors(30, 3, seed: 11 + batch);
            codes = Rows(codebook.Table);
            codebook.Update(x, codebook.Nearest(x), new Progress(new ReplayedNoise()));
            for (var k = 0; k < 5; k++)
            {
                var own = Rows(x).Where(row => Nearest(row, codes) == k).ToList();
                n[k] = 0.9 * n[k] + 0.1 * own.Count;
                for (var j = 0; j < 3; j++)
                    m[k][j] = 0.9 * m[k][j] + 0.1 * own.Sum(row => row[j]);
                if (n[k] > 0)
                    Check.Close(tensor(m[k].Select(unit => unit / n[k]).ToArray()), codebook.Table[k].to_type(float64), 1e-4, 1e-5);
            }
        }
    }

    /// <summary>The first batch makes the codebook: a fixed point of k-means, and near to the vectors.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void The_first_batch_makes_the_codebook(bool byGradient)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var options = new CodebookOptions(Count: 8, Rounds: 200, Warmup: 1, Revival: 0);
        Codebook codebook = byGradient ? new GradientCodebook(2, 1, options) : new MovingAverageCodebook(2, 0.99, options);
        codebook.Initialise(noise);
        var x = Vectors(300, 2);
        Assert.False(codebook.HasStarted);
        codebook.Update(x, codebook.Nearest(x), new Progress(noise));
        Assert.True(codebook.HasStarted);
        Assert.Equal(8, codebook.Nearest(x).unique().output.numel());
        Check.Close(codebook.Table, Clusters.Round(x, codebook.Table.detach()), 1e-5, 1e-6);
        var distortion = (x - codebook.At(codebook.Nearest(x))).square().mean();
        Assert.True(distortion.item<float>() < x.square().mean().item<float>() / 4, $"{distortion.item<float>()}");
    }

    /// <summary>
    /// A code that has had no vector where four were to be expected becomes one of the batch, and has as long to be used; others stay.
    /// </summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Dead_codes_begin_anew_among_the_vectors(bool byGradient)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var noise = new SeededNoise(6);
        var options = new CodebookOptions(Count: 4, Rounds: 0, Warmup: 1, Revival: 0.02);                   // of 200 vectors: 1 a step
        Codebook codebook = byGradient ? Drawn(new GradientCodebook(3, 1, options)) : Drawn(new MovingAverageCodebook(3, 0.9, options));
        var x = Vectors(200, 3);
        for (var life = 0; life < 2; life++)
        {
            codebook.Table[2].fill_(1000);
            for (var step = 0; step < 3; step++)
            {
                codebook.Update(x, codebook.Nearest(x), new Progress(noise));
                Assert.Equal(1000, codebook.Table[2][0].item<float>());
            }
            codebook.Update(x, codebook.Nearest(x), new Progress(noise));
            Assert.Contains(Rows(x), row => Squared(row, Rows(codebook.Table)[2]) == 0);
        }
        if (byGradient)
            Assert.Equal(Rows(Vectors(4, 3, seed: 2)).Where((_, k) => k != 2), Rows(codebook.Table).Where((_, k) => k != 2));
        codebook.Update(x, codebook.Nearest(x), new Progress(noise));
        Assert.Contains(2L, Numbers(codebook.Nearest(x)));
    }

    /// <summary>Vectors are drawn by their weights.</summary>
    [Fact]
    public void Vectors_are_drawn_by_their_weights()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(12);
        var drawn = Clusters.Drawn(arange(4, dtype: float32).unsqueeze(1), tensor(new[] { 0f, 3, 0, 1 }), 10_000, noise);
        var counts = Numbers(drawn.flatten().to_type(int64).bincount(null, 4));
        Assert.Equal((0, 0), (counts[0], counts[2]));
        Statistics.AssertFits([counts[1], counts[3]], [0.75, 0.25]);
    }

    /// <summary>Of a thousand vectors that are the same and ten that are far away, k-means starts from each of the eleven.</summary>
    [Fact]
    public void K_means_starts_from_vectors_that_differ()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(13);
        var x = cat([zeros(1000, 2), 10 * Vectors(10, 2)]);
        Assert.Equal(11, Clusters.Spread(x, 11, noise).unique(dim: 0).output.size(0));
        Assert.Equal(20, Clusters.Fit(x, 20, 3, noise).size(0));                                 // and there are more centres than vectors
    }

    /// <summary>β ‖x − sg[e]‖² moves vectors alone, w ‖sg[x] − e‖² codes alone, and what comes from behind the codes no code.</summary>
    [Fact]
    public void Each_loss_moves_what_it_is_for()
    {
        using var scope = NewDisposeScope();
        var codebook = Drawn(new GradientCodebook(3, 0.7, Plain));
        var quantiser = new ResidualQuantiser([codebook], 0.25, CodeGradient.StraightThrough);
        var x = Vectors(6, 3).requires_grad_();
        var found = quantiser.Of(x);
        var nearest = codebook.At(found.Indices.select(1, 0)).detach();
        var distance = (x.detach() - nearest).square().sum(dim: 1L);
        Check.Close(0.25 * distance, found.Losses.Single(loss => loss.Name == "commitment").Value);
        Check.Close(0.7 * distance, found.Losses.Single(loss => loss.Name == "codebook").Value);

        var (vectors, codes) = Gradients(found.Losses[0].Value.sum());
        Check.Close(0.5 * (x.detach() - nearest), vectors!);
        Assert.Null(codes);
        (vectors, codes) = Gradients(found.Losses[1].Value.sum());
        Assert.Null(vectors);
        var expected = zeros_like(codebook.Table.detach()).index_add_(0, found.Indices.select(1, 0), 1.4 * (nearest - x.detach()), 1);
        Check.Close(expected, codes!);
        (vectors, codes) = Gradients(found.Codes.sum());
        Check.Close(ones_like(x.detach()), vectors!);
        Assert.Null(codes);

        (Tensor? Vectors, Tensor? Codes) Gradients(Tensor loss)
        {
            (x.grad, codebook.Table.grad) = (null, null);
            loss.backward(null!, retain_graph: true, create_graph: false, [x, codebook.Table]);
            return (x.grad?.clone(), codebook.Table.grad?.clone());
        }
    }

    /// <summary>Each stage takes what is left, written out; its losses are those of what it got, and indices say all.</summary>
    [Fact]
    public void Residual_codes_are_sums_of_nearest_codes()
    {
        using var scope = NewDisposeScope();
        var codebooks = Enumerable.Range(0, 3).Select(stage => Drawn(new MovingAverageCodebook(2, 0.9, Plain), seed: 20 + stage)).ToList();
        var quantiser = new ResidualQuantiser(codebooks, 0.5, CodeGradient.StraightThrough);
        var x = Vectors(30, 2);
        var found = quantiser.Of(x);
        var (rest, commitment) = (Rows(x), new double[30]);
        for (var stage = 0; stage < 3; stage++)
        {
            var table = Rows(codebooks[stage].Table);
            var chosen = rest.Select(row => Nearest(row, table)).ToArray();
            Assert.Equal(chosen.Select(k => (long)k), Numbers(found.Indices.select(1, stage)));
            for (var i = 0; i < 30; i++)
            {
                commitment[i] += 0.5 * Squared(rest[i], table[chosen[i]]);
                rest[i] = [.. rest[i].Zip(table[chosen[i]], (a, b) => a - b)];
            }
        }
        Check.Close(tensor(commitment), found.Losses.Single().Value.to_type(float64), 1e-5, 1e-5);
        Check.Close(x - tensor(rest.SelectMany(row => row).Select(value => (float)value).ToArray()).view(30, 2), found.Codes, 1e-5, 1e-5);
        Check.Close(found.Codes, quantiser.At(found.Indices), 1e-6, 1e-6);
        Check.Close(codebooks.Select(codebook => codebook.Table.mean([0L])).Aggregate((a, b) => a + b), quantiser.Middle);
    }

    /// <summary>After the first step each stage is k-means of what the stages in front of it leave, so that each comes nearer.</summary>
    [Fact]
    public void Residual_codebooks_start_from_what_is_left()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var options = new CodebookOptions(Count: 4, Rounds: 100, Warmup: 1, Revival: 0);
        var codebooks = Enumerable.Range(0, 3).Select(_ => new MovingAverageCodebook(2, 0.99, options)).ToList();
        var quantiser = new ResidualQuantiser(codebooks, 0.25, CodeGradient.StraightThrough);
        var x = Vectors(400, 2);
        quantiser.Update(quantiser.Of(x), new Progress(noise));
        var rest = x;
        foreach (var codebook in codebooks)
        {
            Check.Close(codebook.Table, Clusters.Round(rest, codebook.Table), 1e-4, 1e-5);
            var left = rest - codebook.At(codebook.Nearest(rest));
            Assert.True(left.square().sum().item<float>() < 0.7 * rest.square().sum().item<float>());
            rest = left;
        }
    }

    [Fact]
    public void Products_are_quantisers_of_slices()
    {
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, 2).Select(group => Drawn(new MovingAverageCodebook(3, 0.9, Plain), seed: 30 + group))
            .Select(codebook => new ResidualQuantiser([codebook], 0.25, CodeGradient.StraightThrough)).ToList();
        var quantiser = new ProductQuantiser(parts);
        var x = Vectors(20, 6);
        var found = quantiser.Of(x);
        var (one, other) = (parts[0].Of(x.narrow(1, 0, 3)), parts[1].Of(x.narrow(1, 3, 3)));
        Check.Close(cat([one.Codes, other.Codes], 1), found.Codes, 0, 0);
        Assert.Equal(Numbers(cat([one.Indices, other.Indices], 1)), Numbers(found.Indices));
        Check.Close(one.Losses.Single().Value + other.Losses.Single().Value, found.Losses.Single().Value);
        Check.Close(found.Codes, quantiser.At(found.Indices), 0, 0);
        // Each group's codebook follows its own slice.
        using var noise = new SeededNoise(8);
        quantiser.Update(found, new Progress(noise));
        quantiser.Update(found, new Progress(noise));
        var alone = Drawn(new MovingAverageCodebook(3, 0.9, Plain), seed: 31);
        for (var i = 0; i < 2; i++)
            alone.Update(x.narrow(1, 3, 3), found.Indices.select(1, 1), new Progress(noise));
        Check.Close(alone.Table.mean([0L]), quantiser.Middle.narrow(0, 3, 3), 1e-5, 1e-6);
    }

    /// <summary>All codes of all levels are reached, each has its own index, and indices lead back to codes.</summary>
    [Theory, InlineData(8, 5, 5, 5), InlineData(4, 3, 6, 7)]
    public void Finite_scalars_reach_every_code(int a, int b, int c, int d)
    {
        using var scope = NewDisposeScope();
        long[] levels = [a, b, c, d];
        var quantiser = new FiniteScalarQuantiser(levels);
        Assert.Equal(levels.Aggregate((x, y) => x * y), quantiser.Count);
        var all = quantiser.At(arange(quantiser.Count, dtype: int64).unsqueeze(1));
        Check.Close(all.mean([0L]), quantiser.Middle, 1e-5, 1e-6);
        Assert.InRange(all.min().item<float>(), -1, 1);
        using var noise = new SeededNoise(9);
        var x = (0.9999 * (2 * noise.Uniform([200_000, 4], CPU) - 1)).atanh();                   // uniform behind tanh
        var found = quantiser.Of(x);
        Assert.Equal(quantiser.Count, found.Indices.unique().output.numel());
        Check.Close(found.Codes, quantiser.At(found.Indices), 0, 0);
        Assert.Empty(found.Losses);
        // Neighbouring levels are as far from each other everywhere.
        for (var j = 0; j < 4; j++)
        {
            var units = all.select(1, j).unique().output;
            Assert.Equal(levels[j], units.numel());
            var steps = units.narrow(0, 1, levels[j] - 1) - units.narrow(0, 0, levels[j] - 1);
            Check.Close(full(levels[j] - 1, 1.0 / (levels[j] / 2)), steps, 1e-5, 1e-6);
        }
    }

    /// <summary>What is far out is the first or the last level, however many there are.</summary>
    [Theory, InlineData(3), InlineData(8), InlineData(999), InlineData(1002), InlineData(1023), InlineData(1024)]
    public void Finite_scalars_stay_among_their_levels(int levels)
    {
        using var scope = NewDisposeScope();
        var found = new FiniteScalarQuantiser([levels]).Of(tensor(new[] { -20f, 0, 20 }).view(3, 1));
        Assert.Equal([0, levels / 2, levels - 1], found.Indices.flatten().data<long>().ToArray());
    }

    /// <summary>The gradient is that of what is rounded: h (1 − tanh²(x + s)) / ⌊L/2⌋.</summary>
    [Fact]
    public void Finite_scalars_pass_the_gradient_of_what_is_rounded()
    {
        using var scope = NewDisposeScope();
        var quantiser = new FiniteScalarQuantiser([8, 5]);
        var x = Vectors(50, 2).requires_grad_();
        quantiser.Of(x).Codes.sum().backward();
        var (scale, shift) = (new[] { 7 * 1.001 / 2, 4 * 1.001 / 2 }, new[] { Math.Atanh(0.5 / (7 * 1.001 / 2)), 0 });
        var expected = tensor(scale) * (1 - (x.detach().to_type(float64) + tensor(shift)).tanh().square()) / tensor(new[] { 4.0, 2 });
        Check.Close(expected, x.grad!.to_type(float64), 1e-4, 1e-5);
    }

    /// <summary>Both entropies by the sum over all codes, q(c|x) ∝ exp(−‖x − c‖²/τ).</summary>
    [Theory, InlineData(1), InlineData(4), InlineData(5)]
    public void Entropies_of_signs_are_those_over_all_codes(int units)
    {
        using var scope = NewDisposeScope();
        var spec = new LookupFreePosteriorSpec { Temperature = 1.7, Entropy = 0.3, Diversity = 0.8, Commitment = 0.2 };
        var quantiser = new LookupFreeQuantiser(spec, units);
        var x = 0.7 * Vectors(30, units);
        var found = quantiser.Of(x);
        var codes = quantiser.At(arange(1L << units, dtype: int64).unsqueeze(1));                // [2^D, D]
        var q = (-(x.unsqueeze(1) - codes).square().sum(dim: 2L) / 1.7).to_type(float64).softmax(1);
        var each = -(q * q.log()).sum(dim: 1L);
        var mean = q.mean([0L]);
        var all = -(mean * mean.log()).sum();
        Check.Close(0.3 * (each - 0.8 * all), found.Losses.Single(loss => loss.Name == "entropy").Value.to_type(float64), 1e-4, 1e-5);
        Check.Close(0.2 * (x - x.sign()).square().sum(dim: 1L), found.Losses.Single(loss => loss.Name == "commitment").Value);
        Check.Close(x.sign(), found.Codes, 0, 0);
        Check.Close(found.Codes, quantiser.At(found.Indices), 0, 0);
        Check.Close(codes.mean([0L]), quantiser.Middle, 0, 1e-6);
    }
}
