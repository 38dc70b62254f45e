using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Conformance;

/// <summary>
/// Every network with every posterior, prior, likelihood and bound: each model trains for two steps on 8 × 8 images or is refused with its
/// reason. Tens of thousands of models: slow tests run all, others the plain network with the plain likelihood.
/// </summary>
public sealed class ProductTests
{
    public static MatrixTheoryData<string, string> NetworksLikelihoods => new(
        Slow.IsOn ? Names<NetworkSpec>() : ["mlp"], Slow.IsOn ? Names<LikelihoodSpec>() : ["bernoulli"]);

    [Theory, MemberData(nameof(NetworksLikelihoods))]
    public void All_parts_of_five_kinds_train_together_or_are_refused(string network, string likelihood)
    {
        var (trained, refused) = (0, 0);
        foreach (var (posterior, prior, bound) in
            from posterior in Catalogue.Of(typeof(PosteriorSpec))
            from prior in Catalogue.Of(typeof(PriorSpec))
            from bound in Catalogue.Of(typeof(BoundSpec))
            select ((PosteriorSpec)posterior.Default, (PriorSpec)prior.Default, (BoundSpec)bound.Default))
        {
            var spec = new VaeSpec
            {
                Network = Part<NetworkSpec>(network),
                Posterior = posterior,
                Prior = prior,
                Likelihood = Part<LikelihoodSpec>(likelihood),
                Objective = bound,
            };
            var violations = Compatibility.Violations(spec, Examples.Images()).ToList();
            Assert.All(violations, violation => Assert.EndsWith(".", violation.Message));
            if (violations.Count == 0)
                Train(spec);
            (trained, refused) = violations.Count == 0 ? (trained + 1, refused) : (trained, refused + 1);
        }
        Assert.True(trained > 0 && refused > 0, $"{trained} trained, {refused} refused");
    }

    /// <summary>Two steps of a small model, whose losses and weights are numbers all the way.</summary>
    internal static void Train(VaeSpec spec)
    {
        using var scope = NewDisposeScope();
        using var training = new Steps(Examples.Shrink(spec), Examples.Images());
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.All(training.Step(Examples.Batch(4)),
                loss => Assert.True(double.IsFinite(loss.Value), $"{spec}: {loss.Key} = {loss.Value}"));
        Assert.All(training.Model.parameters(), parameter => Assert.True(Check.IsFinite(parameter), $"{spec}"));
    }

    private static IEnumerable<string> Names<T>() => Catalogue.Of(typeof(T)).Select(part => part.Name);

    private static T Part<T>(string name) where T : PartSpec => (T)Catalogue.Of(typeof(T)).Single(part => part.Name == name).Default;
}
