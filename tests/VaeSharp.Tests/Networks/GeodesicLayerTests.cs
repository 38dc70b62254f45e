using VaeSharp.Networks;
using VaeSharp.Tests.Core;

namespace VaeSharp.Tests.Networks;

/// <summary>Distances from hyperplanes, against the formula in the Poincaré ball.</summary>
public sealed class GeodesicLayerTests
{
    private static LatentSpace Space(long size, double curvature) => new(size) { Geometry = Geometry.Hyperbolic, Curvature = curvature };

    private static GeodesicLayer Layer(long size, double curvature, double offset = 1, long told = 0, long outputs = 7)
    {
        using var noise = new SeededNoise(71);
        var layer = new GeodesicLayer(Space(size, curvature), told, outputs);
        layer.Set("weight", noise.Normal([outputs, size], CPU));
        layer.Set("offset", offset / Math.Sqrt(curvature) * noise.Normal([outputs], CPU));
        return layer;
    }

    /// <summary>
    /// ‖a‖ arsinh(2√c ⟨−p ⊕ x, a⟩/((1 − c‖−p ⊕ x‖²) ‖a‖))/√c with p the point of the plane that is nearest to the origin. Ganea et al.
    /// 2018, theorem 5.
    /// </summary>
    [Theory, InlineData(2, 0.7), InlineData(5, 1e-3), InlineData(3, 10)]
    public void It_yields_signed_distances_from_hyperplanes(long size, double curvature)
    {
        using var scope = NewDisposeScope();
        var (ball, root, layer) = (new PoincareBall(curvature), Math.Sqrt(curvature), Layer(size, curvature));
        var codes = HyperbolicTests.Codes(size, curvature, 4, seed: 72);
        var (a, b) = (layer.Weight("weight").detach().to_type(float64), layer.Weight("offset").detach().to_type(float64));
        var length = a.norm(1, keepdim: true);
        var p = ball.Point(a / length * b.unsqueeze(1));                                         // [outputs, Z]
        var from = ball.Add(-p, ball.Point(codes).unsqueeze(1));                                 // [N, outputs, Z]
        var sine = 2 * root * (from * (a / length)).sum(dim: -1L) / (1 - curvature * from.square().sum(dim: -1L));
        Check.Close(length.squeeze(1) * sine.asinh() / root, layer.call(codes.to_type(float32)), 1e-3, 1e-3 / root);
    }

    /// <summary>aᵀz − ‖a‖ b, and what it passes on is a.</summary>
    [Fact]
    public void Without_curvature_it_is_a_linear_layer()
    {
        using var scope = NewDisposeScope();
        const double flat = 1e-8;
        var layer = Layer(4, flat, offset: 1e-4);
        var codes = HyperbolicTests.Codes(4, 1, 3, seed: 73).to_type(float32).requires_grad_();
        var (a, b) = (layer.Weight("weight"), layer.Weight("offset"));
        var y = layer.call(codes);
        Check.Close(nn.functional.linear(codes, a) - a.norm(1) * b, y, 1e-4, 1e-4);
        y.sum().backward();
        Check.Close(a.sum(dim: 0L).expand(200, 4), codes.grad!, 1e-4, 1e-4);
    }

    /// <summary>Through the origin, and out to where no sinh is a number: distances grow as they should, and so do gradients.</summary>
    [Fact]
    public void It_has_values_and_gradients_from_the_origin_to_the_edge()
    {
        using var scope = NewDisposeScope();
        var layer = Layer(3, 1, offset: 0);
        var a = layer.Weight("weight").detach();
        var origin = zeros(1, 3).requires_grad_();
        layer.call(origin).sum().backward();
        Check.Close(a.sum(dim: 0L).unsqueeze(0), origin.grad!, 1e-5, 1e-6);

        var direction = HyperbolicTests.At(3, 1, 1, seed: 74, count: 50).to_type(float32);
        foreach (var rho in new[] { 15.0, 19.9, 20.1, 40, 1000 })
        {
            var code = (rho * direction).detach().requires_grad_();
            var y = layer.call(code);
            var (length, along) = (a.norm(1), nn.functional.linear(direction, a / a.norm(1, keepdim: true)));
            var expected = length * along.sign() * (rho + along.abs().log());                    // arsinh(sinh ρ cos θ)
            Check.Close(expected, y, 1e-4, 1e-3);
            y.abs().sum().backward();
            Check.Close(full(50, length.sum().item<float>()), (code.grad! * direction).sum(dim: 1L), 1e-3);
            Assert.True(Check.IsFinite(code.grad!));
        }
        foreach (var parameter in layer.parameters())
            Assert.True(Check.IsFinite(parameter.grad!));
    }

    [Fact]
    public void What_is_told_is_added_by_a_linear_layer()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(75);
        var layer = Layer(3, 1, told: 2);
        layer.Set("told.weight", noise.Normal([7, 2], CPU));
        layer.Set("told.bias", zeros(1));
        var (codes, told) = (noise.Normal([5, 3], CPU), noise.Normal([5, 2], CPU));
        var difference = layer.call(cat([codes, told], dim: 1)) - layer.call(cat([codes, zeros(5, 2)], dim: 1));
        Check.Close(nn.functional.linear(told, layer.Weight("told.weight")), difference, 1e-4, 1e-5);
    }
}
