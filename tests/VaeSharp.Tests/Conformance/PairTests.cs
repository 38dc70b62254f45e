using VaeSharp.Conditions;
using VaeSharp.Corruptions;
using VaeSharp.Hierarchies;
using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Conformance;

/// <summary>
/// Any two parts of different choices either train together, in some model of the zoo, or are refused with a reason. A part that is added
/// is tested by being there.
/// </summary>
public sealed class PairTests
{
    internal static readonly Type[] Kinds =
    [
        typeof(NetworkSpec), typeof(PosteriorSpec), typeof(PriorSpec), typeof(LikelihoodSpec),
        typeof(BoundSpec), typeof(RateSpec), typeof(PenaltySpec), typeof(KernelSpec), typeof(ConditionSpec),
        typeof(CorruptionSpec), typeof(HierarchySpec),
    ];

    public static TheoryData<string, string, string, string> Pairs => new(
        from i in Enumerable.Range(0, Kinds.Length)
        from j in Enumerable.Range(i + 1, Kinds.Length - i - 1)
        from a in Catalogue.Of(Kinds[i])
        from b in Catalogue.Of(Kinds[j])
        where b.Default is not RateSpec || a.Default is ElboSpec or not BoundSpec                // no other bound has a place for a rate
        where b.Default is not KernelSpec || a.Default is MeanDiscrepancySpec or not PenaltySpec
        select (a.Kind, a.Name, b.Kind, b.Name));

    [Theory, MemberData(nameof(Pairs))]
    public void Two_parts_train_together_or_are_refused_with_a_reason(string kindA, string nameA, string kindB, string nameB)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Part(kindA, nameA), Part(kindB, nameB));
        var refusals = new List<string>();
        foreach (var row in ModelZoo.Rows)
        {
            if (With(With(row.Spec, a), b) is not { } spec)
                continue;
            // Whatever the last part pushed out of the first's place is another pair.
            if (!Holds(spec, a) || !Holds(spec, b))
                continue;
            var violations = Compatibility.Violations(spec, Examples.Images()).ToList();
            if (violations.Count > 0)
            {
                Assert.All(violations, violation => Assert.EndsWith(".", violation.Message));
                Assert.Throws<SpecException>(() => spec.Build(Examples.Images(), new SeededNoise(1)));
                refusals.AddRange(violations.Select(violation => violation.Message));
                continue;
            }
            using var training = new Steps(Examples.Shrink(spec), Examples.Images());        // shrinking is dear, and most rows are refused
            foreach (var _ in Enumerable.Range(0, 2))
                Assert.All(training.Step(Examples.Batch()),
                    loss => Assert.True(double.IsFinite(loss.Value), $"{row.Name}: {loss.Key} = {loss.Value}"));
            Assert.All(training.Model.parameters(), parameter => Assert.True(Check.IsFinite(parameter)));
            Assert.Empty(training.Untrained);                                                // whatever the model has learns from its loss
            return;
        }
        // No model of the zoo holds both: then it is these two that do not work together, and one of the reasons names them. A rate stands
        // in a bound and a kernel in a penalty, whose needs come with it.
        var nested = kindA is "rate" or "kernel" || kindB is "rate" or "kernel";
        Assert.Contains(refusals, reason => nested
            ? reason.Contains($"'{nameA}'") || reason.Contains($"'{nameB}'")
            : reason.Contains($"'{nameA}'") && reason.Contains($"'{nameB}'"));
    }

    /// <summary>The table above says something: most pairs train, and the pairs that mathematics forbids are refused.</summary>
    [Theory]
    [InlineData("posterior", "point", "objective", "iwae")]
    [InlineData("posterior", "point", "objective", "elbo")]
    [InlineData("likelihood", "optimal-gaussian", "objective", "iwae")]
    [InlineData("posterior", "point", "rate", "free-bits")]
    [InlineData("network", "pythae-conv", "objective", "iwae")]
    [InlineData("network", "pythae-conv", "objective", "miwae")]
    [InlineData("network", "pythae-conv", "penalty", "contractive")]
    [InlineData("network", "pythae-conv", "penalty", "decoder-gradient")]
    [InlineData("posterior", "planar", "penalty", "dip-1")]
    [InlineData("posterior", "iaf", "penalty", "dip-1")]
    [InlineData("prior", "mixture", "objective", "reconstruction")]
    [InlineData("prior", "diagonal", "objective", "reconstruction")]
    [InlineData("prior", "real-nvp", "objective", "reconstruction")]
    [InlineData("prior", "maf", "objective", "reconstruction")]
    [InlineData("prior", "vamp", "objective", "reconstruction")]
    [InlineData("hierarchy", "ladder", "objective", "iwae")]
    [InlineData("hierarchy", "ladder", "objective", "elbo-stl")]
    [InlineData("hierarchy", "two-level", "objective", "iwae-dreg")]
    [InlineData("hierarchy", "two-level", "objective", "reconstruction")]
    [InlineData("hierarchy", "two-level", "penalty", "total-correlation")]
    [InlineData("hierarchy", "ladder", "penalty", "dip-2")]
    [InlineData("posterior", "gaussian", "prior", "uniform-codes")]
    [InlineData("posterior", "vector-quantised", "objective", "iwae")]
    [InlineData("posterior", "lookup-free", "penalty", "mmd")]
    [InlineData("penalty", "dip-1", "prior", "uniform-codes")]
    [InlineData("hierarchy", "ladder", "posterior", "vector-quantised")]
    [InlineData("hierarchy", "two-level", "prior", "uniform-codes")]
    public void Pairs_without_a_meaning_are_refused(string kindA, string nameA, string kindB, string nameB)
    {
        var spec = With(With(new VaeSpec(), Part(kindA, nameA)), Part(kindB, nameB))!;
        Assert.Contains(Compatibility.Violations(spec), violation =>
            violation.Message.StartsWith($"{kindB} '{nameB}'") && violation.Message.Contains($"'{nameA}'"));
    }

    [Fact]
    public void Refusals_name_the_part_the_need_and_the_parts_that_would_do()
    {
        var reason = Compatibility
            .Violations(new VaeSpec { Objective = new IwaeSpec(), Posterior = new PointPosteriorSpec() }).First().Message;
        Assert.StartsWith("objective 'iwae' needs a posterior whose density is known at its draws (", reason);
        Assert.Contains("gaussian", reason);
        Assert.EndsWith("'point' has none.", reason);
    }

    [Fact]
    public void Data_that_a_part_cannot_work_with_are_refused()
    {
        var vectors = new DataSpec(64);
        Assert.Contains("needs images", Single(new VaeSpec { Network = new ConvSpec() }, vectors));
        Assert.Contains("labels", Single(new VaeSpec { Condition = new LabelConditionSpec() }, vectors));
        Assert.Contains("[0, 1]", Single(new VaeSpec(), new DataSpec(64) { Low = -1 }));
        Assert.Empty(Compatibility.Violations(new VaeSpec(), vectors));

        static string Single(VaeSpec spec, DataSpec data) => Assert.Single(Compatibility.Violations(spec, data)).Message;
    }

    private static PartSpec Part(string kind, string name) =>
        (PartSpec)Catalogue.Parts.Single(part => (part.Kind, part.Name) == (kind, name)).Default;

    internal static VaeSpec? With(VaeSpec? spec, PartSpec part) => spec is null ? null : part switch
    {
        NetworkSpec network => spec with { Network = network },
        PosteriorSpec posterior => spec with { Posterior = posterior },
        PriorSpec prior => spec with { Prior = prior },
        LikelihoodSpec likelihood => spec with { Likelihood = likelihood },
        BoundSpec bound => spec with { Objective = bound },
        RateSpec rate => spec.Objective is ElboSpec elbo ? spec with { Objective = elbo with { Rate = rate } } : null,
        PenaltySpec penalty => spec with { Penalties = [penalty] },
        KernelSpec kernel => spec with { Penalties = [new MeanDiscrepancySpec { Kernel = kernel }] },
        ConditionSpec condition => spec with { Condition = condition },
        CorruptionSpec corruption => spec with { Corruption = corruption },
        HierarchySpec hierarchy => spec with { Hierarchy = hierarchy },
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Say where the part stands in a VaeSpec."),
    };

    private static bool Holds(VaeSpec spec, PartSpec part) => spec.Choices
        .Append((spec.Objective as ElboSpec)?.Rate).Concat(spec.Penalties.OfType<MeanDiscrepancySpec>().Select(penalty => penalty.Kernel))
        .Any(choice => choice == part || IsButForWhatItHolds(choice, part));

    private static bool IsButForWhatItHolds(PartSpec? choice, PartSpec part) =>
        (choice is ElboSpec found && part is ElboSpec wanted && found with { Rate = wanted.Rate } == wanted)
        || (choice is MeanDiscrepancySpec mmd && part is MeanDiscrepancySpec other && mmd with { Kernel = other.Kernel } == other);
}
