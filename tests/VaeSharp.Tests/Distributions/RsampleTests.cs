using VaeSharp.Distributions;

namespace VaeSharp.Tests.Distributions;

/// <summary>Draws with a pathwise gradient.</summary>
public sealed class RsampleTests
{
    public static TheoryData<string> Families => ["normal", "laplace"];

    public static TheoryData<string> AllFamilies => ["normal", "laplace", "normal-shared", "standard-normal"];

    private static Distribution Of(string family, Tensor location, Tensor scale) => family switch
    {
        "normal" => new Normal(location, scale),
        "normal-shared" => new Normal(location, scale.flatten().narrow(0, 0, 1)),
        "laplace" => new Laplace(location, scale),
        _ => new StandardNormal([location.size(0), location.size(1)], CPU),
    };

    /// <summary>LogQ comes from the noise, LogProb from the draw; both are log q(z).</summary>
    [Theory, MemberData(nameof(AllFamilies))]
    public void The_log_density_that_comes_with_a_draw_is_the_density_at_the_draw(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = Of(family, noise.Normal([3, 4], CPU), noise.Normal([3, 4], CPU));
        var draw = q.Rsample(50, noise);
        Check.Close(q.LogProb(draw.Z), draw.LogQ!, 1e-4, 1e-4);                          // single precision: (z − μ)/σ has lost digits of ε
    }

    /// <summary>With the same noise, draws move with the parameters as central differences say.</summary>
    [Theory, MemberData(nameof(Families))]
    public void The_pathwise_gradient_is_the_limit_of_differences_under_common_noise(string family)
    {
        using var scope = NewDisposeScope();
        using var source = new SeededNoise(2);
        var location = source.Normal([2, 3], CPU).to_type(float64).requires_grad_();
        var scale = (0.5 * source.Normal([2, 3], CPU)).to_type(float64).requires_grad_();
        Draw(location, scale).backward();
        const double h = 1e-5;                                                        // third derivatives are of order 1: the error is h²/6
        for (var i = 0; i < 6; i++)
        {
            var direction = zeros(6, dtype: float64);
            direction[i] = h;
            var step = direction.view(2, 3);
            Check.Close(((Draw(location + step, scale) - Draw(location - step, scale)) / (2 * h)).item<double>(),
                location.grad!.flatten()[i].item<double>(), 1e-7, 1e-7);
            Check.Close(((Draw(location, scale + step) - Draw(location, scale - step)) / (2 * h)).item<double>(),
                scale.grad!.flatten()[i].item<double>(), 1e-7, 1e-7);
        }

        Tensor Draw(Tensor mean, Tensor logScale)
        {
            using var noise = new SeededNoise(3);
            return Of(family, mean, logScale).Rsample(7, noise).Z.sin().sum();
        }
    }

    /// <summary>dz/dμ = 1; dz/d log σ² = (z − μ)/2 for a normal, dz/d log b = z − μ for Laplace.</summary>
    [Theory, InlineData("normal", 0.5), InlineData("laplace", 1.0)]
    public void Location_and_scale_move_draws_by_their_derivatives(string family, double factor)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var location = noise.Normal([1, 1000], CPU).requires_grad_();
        var scale = noise.Normal([1, 1000], CPU).requires_grad_();
        var z = Of(family, location, scale).Rsample(1, noise).Z;
        z.sum().backward();
        Check.Close(ones(1, 1000), location.grad!, 0, 0);
        Check.Close(factor * (z[0] - location), scale.grad!, 1e-5, 1e-5);
    }

    /// <summary>E∇log q(z) = 0, for the density that comes with the draw and z held fixed.</summary>
    [Theory, MemberData(nameof(Families))]
    public void The_score_has_expectation_zero(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        const long draws = 100_000;
        var location = full([draws, 1], 0.7).requires_grad_();
        var scale = full([draws, 1], -0.4).requires_grad_();
        var q = Of(family, location, scale);
        q.LogProb(q.Sample(1, noise)).sum().backward();
        Statistics.AssertMean(0, location.grad!);
        Statistics.AssertMean(0, scale.grad!);
    }

    /// <summary>
    /// A detached density passes the pathwise gradient on, and none of its parameters'. For N(μ, σ²), log q(μ + σε) does not depend on μ:
    /// with the parameters attached the two halves cancel, without them −(z − μ)/σ² is left.
    /// </summary>
    [Fact]
    public void A_detached_density_keeps_the_gradient_of_the_draw_alone()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var mean = zeros(1, 5).requires_grad_();
        var logVar = full([1, 5], 0.6).requires_grad_();
        var q = new Normal(mean, logVar);
        var z = q.Rsample(1, noise).Z;
        Assert.False(q.Detached().LogProb(z.detach()).requires_grad);

        q.LogProb(z).sum().backward(retain_graph: true);
        Check.Close(zeros(1, 5), mean.grad!, 0, 1e-5);
        mean.grad!.zero_();
        q.Detached().LogProb(z).sum().backward();
        Check.Close((mean - z[0]) * (-logVar).exp(), mean.grad!);
    }

    [Theory, InlineData("normal"), InlineData("laplace"), InlineData("bernoulli"), InlineData("delta")]
    public void Detached_distributions_and_plain_draws_pass_no_gradient(string family)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var parameter = noise.Normal([2, 3], CPU).requires_grad_();
        Distribution q = family switch
        {
            "bernoulli" => new Bernoulli(parameter, 1),
            "delta" => new Delta(parameter),
            _ => Of(family, parameter, parameter),
        };
        Assert.True(q.Mean.requires_grad);
        Assert.False(q.Detached().Mean.requires_grad);
        Assert.False(q.Sample(2, noise).requires_grad);
        if (family != "delta")
            Assert.False(q.Detached().LogProb(zeros(2, 3)).requires_grad);
        Check.Close(q.Mean, q.Detached().Mean, 0, 0);
    }

    [Fact]
    public void Distributions_without_a_pathwise_gradient_refuse_to_draw_with_one()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        Assert.Throws<NotSupportedException>(() => new Bernoulli(zeros(3), 1).Rsample(1, noise));
    }
}
