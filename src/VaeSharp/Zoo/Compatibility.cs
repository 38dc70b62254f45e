using System.Numerics;
using VaeSharp.Priors;
using VaeSharp.Specs;

namespace VaeSharp.Zoo;

/// <summary>Compares what parts need with what the others give. The one place where combinations are refused.</summary>
public static class Compatibility
{
    /// <summary>Refuses choices that do not work together, or not with the data.</summary>
    /// <exception cref="SpecException">They do not; every reason is given.</exception>
    public static void Check(VaeSpec spec, DataSpec? data = null) => Refuse(Violations(spec, data));

    /// <summary>Refuses a prior that cannot be fitted to the codes of a model.</summary>
    /// <exception cref="SpecException">It cannot; every reason is given.</exception>
    public static void CheckFit(VaeSpec spec, PriorSpec prior, DataSpec? data = null) => Refuse(FitViolations(spec, prior, data));

    /// <summary>Why a prior cannot be fitted to the codes of a model.</summary>
    public static IEnumerable<Violation> FitViolations(VaeSpec spec, PriorSpec prior, DataSpec? data = null)
    {
        if (prior.Gives.HasFlag(Traits.Fixed))
            yield return new Violation("", $"{Name(prior)} has nothing to fit.");
        if (Moves(spec, prior) is { } moves)
            yield return new Violation("", moves);
        foreach (var violation in WithNested(prior).SelectMany(part => Lacks(spec, part, data)))
            yield return violation;
    }

    /// <summary>Why the choices do not work together, or not with the data.</summary>
    public static IEnumerable<Violation> Violations(VaeSpec spec, DataSpec? data = null)
    {
        foreach (var twice in spec.Penalties.GroupBy(penalty => penalty.GetType()).Where(group => group.Count() > 1))
            yield return new Violation("", $"{Name(twice.First())} is there {twice.Count()} times; once is enough, with a larger weight.");
        var parts = spec.Choices.SelectMany(WithNested).ToList();
        foreach (var violation in parts.SelectMany(part => Lacks(spec, part, data)))
            yield return violation;
        if (spec.Prior.IsFittedAfterwards && Moves(spec, spec.Prior) is { } moves)
            yield return new Violation("", moves);
        foreach (var sentence in Opposites(spec, parts))
            yield return new Violation("", sentence);
    }

    /// <summary>Refuses, where there are reasons.</summary>
    internal static void Refuse(IEnumerable<Violation> violations)
    {
        var all = violations.ToList();
        if (all.Count > 0)
            throw new SpecException(all);
    }

    // What a part needs of the others and does not get, and why it cannot work with the codes or the data.
    private static IEnumerable<Violation> Lacks(VaeSpec spec, PartSpec part, DataSpec? data)
    {
        foreach (var need in part.Needs)
        {
            var found = spec.Choices.First(choice => Catalogue.Of(choice).Kind == need.Of);
            foreach (var trait in Single(need.Traits & ~found.GivesInTraining))
                yield return new Violation("", Sentence(part, need.Of, trait, found));
        }
        if (part.Refuses(spec.Space) is { } lack)
            yield return new Violation("", $"{Name(part)} {lack}.");
        if (data is not null && part.Refuses(data) is { } reason)
            yield return new Violation("", $"{Name(part)} {reason}.");
    }

    // Whose draws follow the prior's density has other codes under another prior than those that it was fitted to.
    private static string? Moves(VaeSpec spec, PriorSpec prior) =>
        spec.Posterior.Needs.Any(need => need.Of == "prior" && need.Traits.HasFlag(Traits.DensityAnywhere))
            ? $"{Name(prior)} cannot be fitted to the codes of {Name(spec.Posterior)}: they follow the density of the prior and would move."
            : null;

    // Two parts each of whose needs a third could meet, but none both: to change the third would not help.
    private static IEnumerable<string> Opposites(VaeSpec spec, List<PartSpec> parts) =>
        from first in parts
        from need in first.Needs
        let found = spec.Choices.First(choice => Catalogue.Of(choice).Kind == need.Of)
        where (need.Traits & ~found.GivesInTraining) != Traits.None
        from second in parts
        where second != first
        from other in second.Needs
        where other.Of == need.Of && Givers(need).Any() && Givers(other).Any() && !Givers(need).Intersect(Givers(other)).Any()
        let lacking = Single(need.Traits & ~found.GivesInTraining).First()
        let opposite = Single(other.Traits).OrderBy(trait => Givers(need).Intersect(Givers(new Need(need.Of, trait))).Count()).First()
        select $"{Name(first)} does not go with {Name(second)}: one needs a {need.Of} {Phrase(lacking).Need}, the other one "
            + $"{Phrase(opposite).Need}.";

    private static IEnumerable<string> Givers(Need need) => Catalogue.Parts
        .Where(info => info.Kind == need.Of && ((PartSpec)info.Default).GivesInTraining.HasFlag(need.Traits)).Select(info => info.Name);

    private const int Named = 7;                                          // of parts that would do

    private static string Sentence(PartSpec part, string kind, Traits trait, PartSpec found)
    {
        var others = Givers(new Need(kind, trait)).ToList();
        var (need, lack) = Phrase(trait);
        return $"{Name(part)} needs a {kind} {need} ({(others.Count == 0 ? "there is none yet" : Some(others))}); "
            + $"'{Catalogue.Of(found).Name}' {lack}.";

        static string Some(List<string> names) => names.Count <= Named + 1
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(Named))} and {names.Count - Named} more";
    }

    private static (string Need, string Lack) Phrase(Traits trait) => trait switch
    {
        Traits.DensityAtOwnDraw => ("whose density is known at its draws", "has none"),
        Traits.DensityAnywhere => ("whose density can be evaluated anywhere", "has it at most at its own draws"),
        Traits.Factorises => ("with independent units", "has units that depend on each other, or no density"),
        Traits.Reparameterised => ("whose draws have a pathwise gradient", "has draws without one"),
        Traits.NormalisedLikelihood => ("that is a normalised density of each example", "is not"),
        Traits.Euclidean => ("with codes in Euclidean space", "has codes elsewhere"),
        Traits.TwiceDifferentiable => ("with second derivatives", "has none"),
        Traits.Fixed => ("that learns nothing", "learns, and nothing would train it"),
        Traits.IndependentExamples => ("that treats each example by itself", "normalises over the batch in training"),
        Traits.Spherical => ("with codes on the unit sphere", "has codes elsewhere"),
        Traits.OneHot => ("with one-hot codes", "has codes of another kind"),
        Traits.Binary => ("with codes of zeros and ones", "has codes of another kind"),
        Traits.Positive => ("with positive codes", "has codes of another kind"),
        Traits.Simplex => ("with codes that are shares of 1", "has codes of another kind"),
        Traits.Mixed => ("with a continuous and a discrete part", "has one part only"),
        Traits.Hyperbolic => ("with codes in hyperbolic space", "has codes elsewhere"),
        Traits.MeanKnown => ("whose mean is known", "has a mean without a formula"),
        Traits.OneVariable => ("of one variable", "has several"),
        Traits.FinitelyMany => ("with finitely many codes", "has codes of any value"),
        _ => throw new ArgumentOutOfRangeException(nameof(trait), trait, null),
    };

    private static IEnumerable<PartSpec> WithNested(PartSpec part) => SpecProperties.Of(part.GetType())
        .Select(property => property.GetValue(part)).OfType<PartSpec>().SelectMany(WithNested).Prepend(part);

    private static IEnumerable<Traits> Single(Traits traits) =>
        Enum.GetValues<Traits>().Where(trait => BitOperations.IsPow2((int)trait) && traits.HasFlag(trait));

    private static string Name(PartSpec part)
    {
        var info = Catalogue.Of(part);
        return $"{info.Kind} '{info.Name}'";
    }
}
