using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known implementations of codes in hyperbolic space get wrong.</summary>
public sealed class HyperbolicTraps
{
    private static VaeSpec Row => ModelZoo.Find("poincare-vae").Spec;

    private static Autoencoder Build(VaeSpec spec, Noise noise) => spec.Build(Examples.Images(), noise);

    /// <summary>
    /// P18: Pythae's default encoder has no exponential map, and its check of the means does nothing with its result: means outside the
    /// ball are used. Here no weights lead there, in the row, with either posterior and with three networks.
    /// </summary>
    [Theory, InlineData("mlp"), InlineData("geodesic-mlp"), InlineData("conv")]
    public void P18_No_mean_is_outside_the_ball(string network)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(91);
        NetworkSpec choice = network == "mlp" ? new MlpSpec() : network == "conv" ? new ConvSpec() : new GeodesicMlpSpec();
        foreach (var posterior in new HyperbolicPosteriorSpec[]
            { new WrappedNormalPosteriorSpec { Curvature = 0.7 }, new RiemannianNormalPosteriorSpec { Curvature = 0.7 } })
        {
            var model = Build(Row with { Posterior = posterior, Network = choice }, noise);
            var weight = model.Weight("posterior.mean.weight").detach().clone();
            foreach (var size in new[] { 1, 100, 1e6 })
            {
                model.Set("posterior.mean.weight", size * weight);
                var mean = model.Encode(Examples.Batch(), new Progress(noise)).Mean;
                var norm = new PoincareBall(0.7).Point(mean).norm(-1) * Math.Sqrt(0.7);
                Assert.True(norm.max().item<float>() < 1, $"{norm.max().item<float>()}");
                Assert.True(norm.min().item<float>() > 0);
                var trace = model.Infer(Examples.Batch(), 2, new Progress(noise));
                Assert.True(Check.IsFinite(trace.LogWeight));
            }
        }
    }

    /// <summary>P18: Pythae's σ is exp(½ ·) of its head, and √softplus with the paper's encoder; the paper's is softplus.</summary>
    [Theory, InlineData(-3.0), InlineData(0.0), InlineData(4.0)]
    public void P18_The_scale_is_a_softplus(double head)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(92);
        foreach (var posterior in new HyperbolicPosteriorSpec[] { new WrappedNormalPosteriorSpec(), new RiemannianNormalPosteriorSpec() })
        {
            var model = Build(Row with { Posterior = posterior }, noise);
            model.Set("posterior.scale.weight", zeros(1));
            model.Set("posterior.scale.bias", full(1, head));
            var q = model.Encode(Examples.Batch(), new Progress(noise));
            var scale = q is WrappedNormal wrapped ? wrapped.Scale : ((RiemannianNormal)q).Scale;
            Check.Close(full(scale.shape, Math.Log(1 + Math.Exp(head)) + 1e-5), scale, 1e-5);
        }
    }

    /// <summary>
    /// P18: only the script that reproduces the paper's numbers has the geodesic layer; Pythae's default decoder takes points of the ball
    /// as vectors. The row's first layer is one, of the width of the paper's, in the space's own curvature.
    /// </summary>
    [Fact]
    public void P18_The_decoder_begins_with_a_geodesic_layer()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(93);
        var model = Build(Row, noise);
        var layer = (GeodesicLayer)model.named_modules().Single(part => part.name == "decoder.hidden.0").module;
        Assert.Equal([600L, 2], layer.Weight("weight").shape);
        // Along a plane's own direction, through the origin, the distance is the point's.
        var a = layer.Weight("weight").detach();
        var unit = a / a.norm(1, keepdim: true);
        var distances = layer.call(3 * unit).diagonal();
        Check.Close(3 * a.norm(1), distances, 1e-4);
        // Across two directions it is not what a linear layer has: arsinh(sinh √c r cos θ)/√c.
        var (root, cosine) = (Math.Sqrt(0.7), (unit[0] * unit[1]).sum().item<float>());
        var across = layer.call(3 * unit[1].unsqueeze(0))[0, 0].item<float>();
        Check.Close(Math.Max(0, a[0].norm().item<float>() * Math.Asinh(Math.Sinh(3 * root) * cosine) / root), across, 1e-4, 1e-5);
    }

    /// <summary>
    /// P18: the code of the paper and Pythae's hold the Riemannian normal's σ to [0.1, 7] and sum Z terms of alternating signs; users
    /// report negative divergences in more than 32 dimensions (emilemathieu/pvae#3). Here none is, in 512 either, for any σ.
    /// </summary>
    [Theory, InlineData(2), InlineData(40), InlineData(512)]
    public void P18_Divergences_are_not_negative_in_any_dimension(int dimension)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(94);
        var sigma = tensor(new[] { 1e-3, 0.01, 0.1, 0.5, 0.9, 1.1, 2, 10 }).to_type(float32).requires_grad_();
        var q = new RiemannianNormal(zeros(8, dimension), sigma, 1);
        var p = (HyperbolicNormal)new RiemannianNormalPriorSpec()
            .Build(new RiemannianNormalPosteriorSpec().Space(dimension), Examples.Images()).For(null!, null, CPU);
        var draw = q.Rsample(2000, noise);
        var ratio = draw.LogQ! - p.LogProb(draw.Z);
        Assert.True(Check.IsFinite(ratio));
        for (var i = 0; i < 8; i++)
            Assert.True(Statistics.MeanOf(ratio.select(1, i)).Mean > 0, $"σ = {sigma[i].item<float>()}");
        ratio.sum().backward();
        Assert.True(Check.IsFinite(sigma.grad!));
        // The distances are those of the σ that was asked for.
        var small = draw.Z.select(1, 0).norm(-1).square().mean().item<float>();
        Check.Close(dimension * 1e-6 * (1 + (dimension - 1) * 1e-6 / 3), small, 0.1);
    }

    /// <summary>
    /// P18: geoopt's projection to the ball, and Pythae's, move whatever is further out than 6/√c in single precision, and the density is
    /// then of another point than the draw. Here draws at any distance keep it.
    /// </summary>
    [Fact]
    public void P18_Draws_far_out_are_not_moved_to_an_edge()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(95);
        var p = new WrappedNormalPriorSpec { Scale = 8 }.Build(Row.Posterior.Space(2), Examples.Images()).For(null!, null, CPU);
        var draw = p.Rsample(20_000, noise);
        Statistics.AssertFits(draw.Z.norm(-1), r => 1 - (-r.square() / 128).exp());              // Rayleigh, σ = 8
        Check.Close(draw.LogQ!, p.LogProb(draw.Z), 1e-5, 1e-4);
    }

    /// <summary>P18: a straight line of the ball is no geodesic; codes between two codes are on the shortest way.</summary>
    [Fact]
    public void P18_Interpolation_follows_the_geodesic()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(96);
        var (space, ball) = (Build(Row, noise).Latent, new PoincareBall(0.7));
        var (a, b) = (tensor(new[] { 2.0, 0 }), tensor(new[] { 0, 2.0 }));
        var middle = space.Interpolate(a, b, 0.5);
        var whole = ball.Distance(ball.Point(a), ball.Point(b)).item<double>();
        Check.Close(whole / 2, ball.Distance(ball.Point(a), ball.Point(middle)).item<double>(), 1e-9);
        Check.Close(whole / 2, ball.Distance(ball.Point(b), ball.Point(middle)).item<double>(), 1e-9);
        Assert.True(middle.norm().item<double>() < Math.Sqrt(2) - 0.1, "the way bends towards the origin");
    }
}
