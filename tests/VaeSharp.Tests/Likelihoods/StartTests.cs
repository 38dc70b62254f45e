using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using Normal = VaeSharp.Distributions.Normal;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>Where likelihoods start, and what holds them: noise of the size of errors, locations and logits of any pixel.</summary>
public sealed class StartTests
{
    /// <summary>
    /// A learned log scale moves by 0.001 in a step: noise that starts as wide as the range of the data hides them for thousands of steps.
    /// </summary>
    [Fact]
    public void Noise_that_is_not_known_starts_at_a_twentieth_to_a_quarter_of_the_range()
    {
        using var scope = NewDisposeScope();
        var data = new DataSpec(1, 2, 2) { Levels = 256 };
        Assert.Equal(0.25, ((Normal)Of(new LearnedGaussianLikelihoodSpec())).LogVar.exp().sqrt().max().item<float>(), 1e-5);
        Assert.Equal(0.25, ((Normal)Of(new LearnedVarianceGaussianLikelihoodSpec())).LogVar.exp().sqrt().max().item<float>(), 1e-5);
        foreach (var source in Enum.GetValues<NoiseSource>())
        {
            Assert.Equal(0.25, ((StudentT)Of(new StudentTLikelihoodSpec { Noise = source })).LogScale.exp().max().item<float>(), 1e-5);
            // At half the range, black costs −log σ((½ levels − 127.5)/s) = log(1 + e^(127/12.75)).
            var black = -Of(new DiscretisedLogisticLikelihoodSpec { Noise = source }).LogProb(zeros(1, 1, 2, 2)).item<float>();
            Check.Close(4 * Math.Log(1 + Math.Exp(127 / 12.75)), black, 1e-5);
        }

        Distribution Of(LikelihoodSpec spec)
        {
            var likelihood = spec.Build(data);
            return likelihood.For(zeros([1, likelihood.Parameters, 1, 2, 2]), null);
        }
    }

    /// <summary>A location between the ends of the range gives black ½ at most; one beyond them gives it all.</summary>
    [Theory, InlineData(-4f, 0f), InlineData(4f, 1f)]
    public void A_logistic_pixel_at_an_end_of_the_range_can_be_certain(float output, float x)
    {
        using var scope = NewDisposeScope();
        var likelihood = new DiscretisedLogisticLikelihoodSpec().Build(new DataSpec(1) { Levels = 256 });
        // The end is 3 half ranges away, in scales of a tenth of one.
        var cost = -likelihood.For(full([1, 1, 1], output, dtype: float32), null).LogProb(full([1, 1], x, dtype: float32)).item<float>();
        Check.Close(Math.Log(1 + Math.Exp(-(3 + 1.0 / 255) / 0.1)), cost, 1e-2, 1e-9);
    }

    /// <summary>
    /// The logit is c tanh(l/c): small ones are as they are, none is above c however far the decoder goes, and the gradient of a black
    /// pixel, which would be 1/l without a bound, vanishes.
    /// </summary>
    [Theory, InlineData(9.21), InlineData(50.0)]
    public void Logits_of_continuous_Bernoullis_are_softly_bounded(double largest)
    {
        using var scope = NewDisposeScope();
        var likelihood = new ContinuousBernoulliLikelihoodSpec { LargestLogit = largest }.Build(new DataSpec(4));
        var output = tensor(new[] { 0.01f, -1f, -20f, -1e4f }).view(1, 1, 4).requires_grad_();
        var value = likelihood.For(output, null).LogProb(zeros(1, 4));
        var l = new[] { 0.01, -1, -20, -1e4 }.Select(o => largest * Math.Tanh((float)o / largest));
        Check.Close(l.Sum(at => -Math.Log((Math.Exp(at) - 1) / at)), value.item<float>(), 1e-5);
        value.backward();
        Assert.Equal(0, output.grad![0, 0, 3].item<float>());
        Assert.True(new ContinuousBernoulliLikelihoodSpec().LargestLogit == 9.21);
    }

    /// <summary>A black ground is drawn black, by λ; the density's mean there is 1/9.21 and grey.</summary>
    [Fact]
    public void A_continuous_Bernoulli_is_drawn_as_its_parameter()
    {
        using var scope = NewDisposeScope();
        var p = new ContinuousBernoulliLikelihoodSpec().Build(new DataSpec(3)).For(tensor(new[] { -1e3f, 0f, 1e3f }).view(1, 1, 3), null);
        Check.Close(tensor(new[] { 1e-4f, 0.5f, 1 - 1e-4f }), p.Picture[0], 0, 1e-6);
        Check.Close(1 / 9.21, p.Mean[0, 0].item<float>(), 0.01);
        Check.Close(tensor(new[] { 3f }), new Normal(tensor(new[] { 3f }), zeros(1), 1).Picture, 0, 0);
    }
}
