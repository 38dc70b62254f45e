using TorchSharp;
using VaeSharp.Flows;

namespace VaeSharp.Tests.Flows;

/// <summary>Maps that can be followed both ways.</summary>
public sealed class BijectorTests
{
    public static TheoryData<string, long> Maps => new()
    {
        { "coupling", 1 }, { "coupling", 2 }, { "coupling", 5 }, { "coupling-odd", 1 }, { "coupling-odd", 5 },
        { "autoregressive", 1 }, { "autoregressive", 2 }, { "autoregressive", 5 }, { "autoregressive-reversed", 5 },
    };

    private static Bijector Make(string name, long latent, double scale)
    {
        var space = new LatentSpace(latent);
        Bijector map = name switch
        {
            "coupling" => new AffineCoupling(space, 0, [8]),
            "coupling-odd" => new AffineCoupling(space, 1, [8, 6]),
            "autoregressive" => new MaskedAutoregressiveFlow(space, reversed: false, [8]),
            _ => new MaskedAutoregressiveFlow(space, reversed: true, [8, 6]),
        };
        return FlowExamples.Filled(map, float64, scale);
    }

    [Theory, MemberData(nameof(Maps))]
    public void The_inverse_undoes_the_map(string name, long latent)
    {
        using var scope = NewDisposeScope();
        var map = Make(name, latent, scale: 2);
        var u = 2 * FlowExamples.Normal(1, 50, 3, latent);
        var (z, there) = map.Forward(u);
        var (back, change) = map.Inverse(z);
        Check.Close(u, back, 1e-9, 1e-9);
        Check.Close(-there, change, 1e-9, 1e-9);
        Assert.True(name == "coupling" && latent == 1 ? z.eq(u).all().item<bool>() : (z - u).abs().max().item<double>() > 0.1);
    }

    [Theory, MemberData(nameof(Maps))]
    public void The_change_of_volume_is_the_determinant_of_the_derivatives(string name, long latent)
    {
        using var scope = NewDisposeScope();
        var map = Make(name, latent, scale: 2);
        var x = (2 * FlowExamples.Normal(2, 20, latent)).requires_grad_();
        foreach (var (image, logDet) in new[] { map.Forward(x), map.Inverse(x) })
        {
            var (expected, sign) = DerivativeMatrix.Determinant(DerivativeMatrix.Of(image, x));
            Check.Close(expected, logDet, 1e-9, 1e-9);
            Check.Close(ones_like(sign), sign, 0, 0);
        }
    }

    /// <summary>A coupling changes every second unit, and what passes alone decides how.</summary>
    [Theory, InlineData("coupling", 0), InlineData("coupling-odd", 1)]
    public void A_coupling_passes_every_second_unit(string name, int first)
    {
        using var scope = NewDisposeScope();
        var z = FlowExamples.Normal(3, 10, 5).requires_grad_();
        var slopes = DerivativeMatrix.Of(Make(name, 5, scale: 2).Inverse(z).Image, z).abs().amax([0L]);
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 5; j++)
                Assert.Equal(i == j || (i % 2 != first && j % 2 == first), slopes[i, j].item<double>() > 0);
        }
    }

    /// <summary>Log scales are held to ±5: a network gone wild moves codes, and overflows nothing.</summary>
    [Theory, MemberData(nameof(Maps))]
    public void Wild_networks_keep_values_and_gradients_finite(string name, long latent)
    {
        using var scope = NewDisposeScope();
        var map = Make(name, latent, scale: 100);
        map.to(float32);
        var x = (100 * FlowExamples.Normal(4, 20, latent)).to_type(float32).requires_grad_();
        foreach (var (image, logDet) in new[] { map.Forward(x), map.Inverse(x) })
        {
            Assert.True(Check.IsFinite(image) && logDet.abs().max().item<float>() <= 5 * latent + 1e-4);
            (image.sum() + logDet.sum()).backward();
            Assert.True(Check.IsFinite(x.grad!));
        }
    }
}
