using VaeSharp.Distributions;
using VaeSharp.Posteriors;
using VaeSharp.Tests.Flows;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Codes that are a function of the example and of noise.</summary>
public sealed class ImplicitPosteriorTests
{
    private static Distribution Of(Tensor features, params long[] hidden)
    {
        var spec = new ImplicitPosteriorSpec { Hidden = hidden, Noise = 4 };
        var posterior = FlowExamples.Filled(spec.Build(features.size(1), new LatentSpace(2)), features.dtype, 0.7);
        return posterior.For(features, new Batch(features), _ => throw new InvalidOperationException(), new Progress(new ReplayedNoise()));
    }

    /// <summary>
    /// Without hidden layers z = W h + V ε + b is normal: its units are distributed so about f(x, 0), with the variances of V Vᵀ.
    /// </summary>
    [Fact]
    public void Without_hidden_layers_the_draws_are_normal_about_the_code()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        using var frozen = no_grad();
        var q = Of(FlowExamples.Normal(2, 3, 5).to_type(float32));
        var identity = eye(4).view(4, 1, 4).expand(4, 3, 4);
        var columns = q.Rsample(4, new ReplayedNoise(identity)).Z - q.Mean;                      // [E, B, Z], a column of V each
        var deviation = columns.square().sum(dim: 0L).sqrt();
        Check.Close(deviation[0], deviation[1]);                                                 // the noise's matrix is the same for all
        var z = (q.Sample(20_000, noise) - q.Mean) / deviation;
        Statistics.AssertFits(z.select(2, 0), x => 0.5 * (1 + (x / Math.Sqrt(2)).erf()));
    }

    /// <summary>Draws move with the features as central differences say; the noise reaches every layer.</summary>
    [Fact]
    public void The_pathwise_gradient_is_the_limit_of_differences_under_common_noise()
    {
        using var scope = NewDisposeScope();
        var features = FlowExamples.Normal(3, 2, 5).requires_grad_();
        var epsilon = FlowExamples.Normal(4, 6, 2, 4);
        Value(features).backward();
        const double h = 1e-5;
        for (var i = 0; i < 10; i++)
        {
            var step = zeros(10, dtype: float64);
            step[i] = h;
            var difference = (Value(features + step.view(2, 5)) - Value(features - step.view(2, 5))) / (2 * h);
            Check.Close(difference.item<double>(), features.grad!.flatten()[i].item<double>(), 1e-6, 1e-7);
        }

        Tensor Value(Tensor x) => Of(x, 7, 6).Rsample(6, new ReplayedNoise(epsilon)).Z.sin().sum();
    }

    [Fact]
    public void Its_code_is_the_draw_without_noise_and_its_density_is_not_known()
    {
        using var scope = NewDisposeScope();
        var q = Of(FlowExamples.Normal(5, 3, 5).to_type(float32), 7);
        Check.Close(q.Rsample(1, new ReplayedNoise(zeros(1, 3, 4))).Z[0], q.Mean);
        Assert.Null(q.Rsample(1, new ReplayedNoise(zeros(1, 3, 4))).LogQ);
        Assert.Throws<NotSupportedException>(() => q.LogProb(q.Mean));
    }
}
