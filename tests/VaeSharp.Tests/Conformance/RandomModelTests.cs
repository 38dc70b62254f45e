using VaeSharp.Objectives;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Conformance;

/// <summary>
/// Models of parts of all kinds at once: rows of the zoo, each of whose choices is exchanged for one by chance wherever nothing refuses it,
/// with the part's own choices and flags by chance and its numbers as they are. What is refused has a reason, and what is not trains for
/// two steps on 8 × 8 images. Pairs and products of some kinds do not find out what three others do to each other.
/// </summary>
public sealed class RandomModelTests
{
    private const int Exchanges = 24;                                                            // twice as many as there are kinds

    // One model of each row, and forty where slow tests run. A row of another assembly comes or not, by what other tests did before.
    public static TheoryData<string, int> Cases => new(
        from row in ModelZoo.Rows
        where row.Name != "mine"
        from seed in Enumerable.Range(0, Slow.IsOn ? 40 : 1)
        select (row.Name, seed));

    [Theory, MemberData(nameof(Cases))]
    public void A_row_with_other_parts_trains_or_is_refused_with_a_reason(string row, int seed)
    {
        var random = new Random(10_000 * seed + row.Sum(letter => letter));                      // no two rows with the same choices
        var specs = new RandomSpecs(random.Next(), numbers: false);
        var spec = Examples.Shrink(ModelZoo.Find(row).Spec);
        var (exchanged, refused) = (0, 0);
        for (var i = 0; i < Exchanges; i++)
        {
            var parts = Catalogue.Of(PairTests.Kinds[random.Next(PairTests.Kinds.Length)]);
            var part = (PartSpec)specs.Draw(parts[random.Next(parts.Count)].Type);
            if (SpecValidator.Violations(part).Any() || With(spec, part) is not { } changed)
                continue;
            var violations = Compatibility.Violations(changed, Examples.Images()).ToList();
            Assert.All(violations, violation => Assert.EndsWith(".", violation.Message));
            if (violations.Count == 0)
                (spec, exchanged) = (changed, exchanged + 1);
            else if (refused++ == 0)
                Assert.Throws<SpecException>(() => changed.Build(Examples.Images(), new SeededNoise(1)));
        }
        Assert.True(exchanged > 2, $"{exchanged} exchanged, {refused} refused: the test says nothing");
        ProductTests.Train(spec);
    }

    // Penalties come beside each other, and a kernel into the discrepancy that is there.
    private static VaeSpec? With(VaeSpec spec, PartSpec part) => part switch
    {
        PenaltySpec penalty => spec with { Penalties = [.. spec.Penalties, penalty] },
        KernelSpec kernel when spec.Penalties.OfType<MeanDiscrepancySpec>().FirstOrDefault() is { } discrepancy =>
            spec with { Penalties = [.. spec.Penalties.Except([discrepancy]), discrepancy with { Kernel = kernel }] },
        KernelSpec => null,
        _ => PairTests.With(spec, part),
    };
}
