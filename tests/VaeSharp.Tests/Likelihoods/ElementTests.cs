using VaeSharp.Distributions;
using VaeSharp.Likelihoods;
using VaeSharp.Specs;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>What all likelihoods of independent elements have in common.</summary>
public sealed class ElementTests
{
    public static TheoryData<string> Names =>
        ["continuous-bernoulli", "learned-variance-gaussian", "log-cosh", "student-t", "discretised-logistic", "categorical"];

    private static Distribution Draw(string name, Noise noise)
    {
        var data = new DataSpec(2, 3, 3) { Levels = 16 };
        var info = Catalogue.Parts.Single(part => (part.Kind, part.Name) == ("likelihood", name));
        var likelihood = ((LikelihoodSpec)info.Default).Build(data);
        return likelihood.For(noise.Normal([4, likelihood.Parameters, .. data.Shape], CPU), null);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_elements_log_densities_sum_to_the_log_density(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(61);
        var p = Draw(name, noise);
        var x = (noise.Uniform([5, 1, 2, 3, 3], CPU) * 15).round() / 15;
        var elements = p.LogProbByUnit(x);
        Assert.Equal([5, 4, 2, 3, 3], elements.shape);
        Check.Close(elements.sum([2L, 3L, 4L]), p.LogProb(x), 1e-5, 1e-4);
        // An element's own density depends on it alone.
        var other = x.clone();
        other.narrow(-1, 0, 1).fill_(1);
        Check.Close(elements.narrow(-1, 1, 2), p.LogProbByUnit(other).narrow(-1, 1, 2), 0, 0);
    }

    /// <summary>E ∂ log p(x)/∂θ = 0 for draws of p: samplers and densities that do not belong together differ in it.</summary>
    [Theory, MemberData(nameof(Names))]
    public void The_score_of_draws_has_expectation_zero(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(62);
        var data = new DataSpec(1) { Levels = 4 };
        var info = Catalogue.Parts.Single(part => (part.Kind, part.Name) == ("likelihood", name));
        var likelihood = ((LikelihoodSpec)info.Default).Build(data);
        var parameters = (0.5 * noise.Normal([1, likelihood.Parameters, 1], CPU)).expand(50_000, -1, -1).clone().requires_grad_();
        var p = likelihood.For(parameters, null);
        p.LogProb(p.Sample(1, noise)).sum().backward();
        for (var i = 0; i < likelihood.Parameters; i++)
            Statistics.AssertMean(0, parameters.grad!.select(1, i));
    }
}
