using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Specs;

/// <summary>What is written can be read, and is the same. For every part that there is.</summary>
public sealed class SpecRoundTripTests
{
    public static TheoryData<string, string> Parts => new(Catalogue.Parts.Select(part => (part.Kind, part.Name)));

    private static PartInfo Part(string kind, string name) => Catalogue.Parts.Single(part => (part.Kind, part.Name) == (kind, name));

    private static Type KindOf(Type type) =>
        type.BaseType == typeof(Spec) || type.BaseType == typeof(PartSpec) ? type : KindOf(type.BaseType!);

    // By the reader's own entry, which is generic.
    private static Spec Read(Type type, JsonNode? json)
    {
        try
        {
            return (Spec)typeof(SpecReader).GetMethod(nameof(SpecReader.Read))!.MakeGenericMethod(type).Invoke(null, [json])!;
        }
        catch (TargetInvocationException failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.InnerException!);
            throw;
        }
    }

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredAttribute));

    /// <summary>The part with its defaults, and with a text wherever one must be given.</summary>
    private static Spec Example(PartInfo part)
    {
        var spec = part.Default;
        foreach (var property in part.Properties.Where(IsRequired))
            property.SetValue(spec, "given");
        return spec;
    }

    private static string Text(Spec spec) => SpecWriter.ToJson(spec).ToJsonString();

    [Theory, MemberData(nameof(Parts))]
    public void Every_part_is_read_as_it_was_written(string kind, string name)
    {
        var part = Part(kind, name);
        var json = Text(Example(part));
        var read = Read(KindOf(part.Type), JsonNode.Parse(json));
        Assert.IsType(part.Type, read);
        Assert.Equal(json, Text(read));
        foreach (var property in part.Properties)
            Assert.Equivalent(property.GetValue(Example(part)), property.GetValue(read), strict: true);
    }

    [Theory, MemberData(nameof(Parts))]
    public void Every_part_is_read_as_it_was_written_with_any_values_that_it_allows(string kind, string name)
    {
        var part = Part(kind, name);
        var draw = new RandomSpecs(seed: 1);
        for (var i = 0; i < 50; i++)
        {
            var spec = draw.Draw(part.Type);
            if (SpecValidator.Violations(spec).Any())
                continue;                                                           // a rule across properties that a generator cannot know
            var read = Read(KindOf(part.Type), JsonNode.Parse(Text(spec)));
            Assert.Equal(Text(spec), Text(read));
        }
    }

    /// <summary>A bare name is the part with its defaults; what must be given is asked for.</summary>
    [Theory, MemberData(nameof(Parts))]
    public void A_name_alone_is_the_part_with_its_defaults(string kind, string name)
    {
        var part = Part(kind, name);
        var missing = part.Properties.Where(IsRequired).Select(property => new Violation(property.JsonName(), "must be given.")).ToList();
        if (missing.Count == 0)
            Assert.Equal(Text(part.Default), Text(Read(KindOf(part.Type), JsonValue.Create(name))));
        else
            Assert.Equal(missing, Assert.Throws<SpecException>(() => Read(KindOf(part.Type), JsonValue.Create(name))).Violations);
    }

    /// <summary>The key that names the part may stand anywhere: JSON has no order.</summary>
    [Theory, MemberData(nameof(Parts))]
    public void The_kind_may_stand_behind_the_properties(string kind, string name)
    {
        var part = Part(kind, name);
        var json = SpecWriter.ToJson(Example(part));
        var moved = new JsonObject(json.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        Assert.Equal(Text(Example(part)), Text(Read(KindOf(part.Type), moved)));
    }

    [Theory, MemberData(nameof(Parts))]
    public void Every_part_and_every_property_says_what_it_is(string kind, string name)
    {
        var part = Part(kind, name);
        Assert.NotEmpty(part.Summary);
        Assert.All(part.Properties, property => Assert.NotEmpty(Documentation.Summary(property)));
        Assert.DoesNotContain("<", part.Summary);
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", name);
    }

    /// <summary>Defaults are values that the paper's authors could have typed: inside the bounds.</summary>
    [Theory, MemberData(nameof(Parts))]
    public void Defaults_are_within_their_bounds(string kind, string name) =>
        Assert.Empty(SpecValidator.Violations(Example(Part(kind, name))));

    /// <summary>A property without a [Range] would accept what crashes later. Seeds alone may be any number.</summary>
    [Theory, MemberData(nameof(Parts))]
    public void Every_number_has_bounds(string kind, string name) => Assert.All(
        Part(kind, name).Properties.Where(property =>
            new[] { typeof(int), typeof(long), typeof(double), typeof(Schedule) }.Contains(property.PropertyType)
                && property.Name != "Seed"),
        property => Assert.NotEmpty(property.Bounds()));

    [Fact]
    public void Names_are_unique_within_their_kind() =>
        Assert.Equal(Catalogue.Parts.Count, Catalogue.Parts.Select(part => (part.Kind, part.Name)).Distinct().Count());

    [Fact]
    public void Rows_of_the_zoo_have_a_name_a_paper_and_a_sentence()
    {
        ModelZoo.Register(GetType().Assembly);                       // as another test does, before this one or behind it
        Assert.All(ModelZoo.Rows, row => Assert.True(row is { Paper.Length: > 0, Formula.Length: > 0, Summary.Length: > 0 }, row.Name));
        Assert.Equal(ModelZoo.Rows.Count, ModelZoo.Rows.Select(row => row.Name).Distinct().Count());
    }
}
