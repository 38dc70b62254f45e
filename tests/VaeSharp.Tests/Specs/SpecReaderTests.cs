using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using VaeSharp.Data;
using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Posteriors;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Specs;

/// <summary>Descriptions that a person mistyped. Nothing is guessed, and everything that is wrong is said at once.</summary>
public sealed class SpecReaderTests
{
    private static IReadOnlyList<Violation> Violations<T>(string json) where T : Spec =>
        Assert.Throws<SpecException>(() => SpecReader.Read<T>(JsonNode.Parse(json))).Violations;

    /// <summary>Of each sort one: an unknown key, a wrong type, a wrong name, a value out of bounds, and one deep inside.</summary>
    [Fact]
    public void All_violations_are_reported_at_once_with_their_paths()
    {
        var violations = Violations<VaeSpec>("""
            {
                "latnt": 3,
                "latent": 0,
                "network": { "kind": "mlp", "hidden": [64, "wide"] },
                "posterior": { "kind": "gausian" },
                "likelihood": { "kind": "gaussian", "sigma": -1 },
                "objective": { "kind": "elbo", "samples": 1.5, "rate": { "kind": "weighted", "beta": true } },
                "penalties": [{ "kind": "density-ratio", "gamma": "steep" }],
                "condition": []
            }
            """);
        Assert.Equal(
            ["condition", "latent", "latnt", "likelihood.sigma", "network.hidden[1]", "objective.rate.beta", "objective.samples",
                "penalties[0].gamma", "posterior"],
            violations.Select(violation => violation.Path).Order());
        Assert.Contains("latent", violations.Single(violation => violation.Path == "latnt").Message);
        Assert.Contains("'gaussian'", violations.Single(violation => violation.Path == "posterior").Message);
    }

    [Theory]
    [InlineData("""{ "posterior": {} }""", "posterior", "gaussian")]                             // which names there are
    [InlineData("""{ "posterior": null }""", "posterior", "value")]
    [InlineData("""{ "posterior": 3 }""", "posterior", "object")]
    [InlineData("""{ "posterior": { "kind": 3 } }""", "posterior", "kind")]
    [InlineData("""{ "latent": "many" }""", "latent", "whole number")]
    [InlineData("""{ "latent": 99999999999 }""", "latent", "whole number")]
    [InlineData("""{ "latent": null }""", "latent", "value")]
    [InlineData("""{ "latent": [2] }""", "latent", "whole number")]
    [InlineData("""{ "network": { "kind": "mlp", "hidden": {} } }""", "network.hidden", "list")]
    [InlineData("""{ "network": { "kind": "mlp", "hidden": [0] } }""", "network.hidden[0]", "from 1")]
    [InlineData("""{ "network": { "kind": "mlp", "hidden": [null] } }""", "network.hidden[0]", "value")]
    [InlineData("""{ "network": { "kind": "mlp", "activation": "rellu" } }""", "network.activation", "relu")]
    [InlineData("""{ "network": { "kind": "mlp", "kernel": 3 } }""", "network.kernel", "not a property")]
    [InlineData("""{ "likelihood": { "kind": "gaussian", "sigma": "NaN" } }""", "likelihood.sigma", "number")]
    [InlineData("""{ "likelihood": { "kind": "gaussian", "sigma": 1e400 } }""", "likelihood.sigma", "number")]
    [InlineData("""{ "objective": { "kind": "elbo", "rate": { "kind": "weighted", "beta": "linear:0..-4@3epochs" } } }""",
        "objective.rate.beta", "0")]
    [InlineData("""{ "objective": { "kind": "elbo", "rate": { "kind": "weighted", "beta": "linear:4@3" } } }""",
        "objective.rate.beta", "linear:0..4@10epochs")]
    public void A_violation_has_its_place_and_says_what_must_hold(string json, string path, string says)
    {
        var violation = Assert.Single(Violations<VaeSpec>(json));
        Assert.Equal(path, violation.Path);
        Assert.Contains(says, violation.Message);
    }

    [Theory, InlineData("[]"), InlineData("3"), InlineData("null"), InlineData("true")]
    public void What_is_no_object_is_refused(string json) => Assert.Single(Violations<VaeSpec>(json));

    /// <summary>The plain model must not be what comes out where a name is given that the description has no place for.</summary>
    [Theory, InlineData("\"beta-vae\""), InlineData("""{ "kind": "beta-vae" }""")]
    public void A_name_where_there_is_nothing_to_choose_is_refused(string json) => Violations<VaeSpec>(json);

    [Fact]
    public void A_part_is_not_read_as_another() =>
        Assert.Contains("sgd", Assert.Single(Violations<AdamSpec>("""{ "kind": "sgd" }""")).Message);

    [Fact]
    public void A_key_that_stands_twice_is_refused() => Violations<VaeSpec>("""{ "latent": 2, "latent": 3 }""");

    /// <summary>Numbers, truth values and lists as a command line has them: text.</summary>
    [Fact]
    public void Values_may_stand_as_text()
    {
        var spec = SpecReader.Read<VaeSpec>(JsonNode.Parse("""
            {
                "latent": "7",
                "network": { "kind": "mlp", "hidden": "512-256", "activation": "leaky-relu" },
                "likelihood": { "kind": "gaussian", "sigma": "2.5e-1" },
                "objective": { "kind": "elbo", "rate": { "kind": "weighted", "beta": "cyclic:0..1@10epochs" } },
                "penalties": "density-ratio"
            }
            """));
        Assert.Equal(7, spec.Latent);
        Assert.Equal([512, 256], ((MlpSpec)spec.Network).Hidden);
        Assert.Equal(Activation.LeakyRelu, ((MlpSpec)spec.Network).Activation);
        Assert.Equal(0.25, ((GaussianLikelihoodSpec)spec.Likelihood).Sigma);
        Assert.Equal(Schedule.Along(ScheduleShape.Cyclic, 0, 1, 10, ScheduleUnit.Epochs),
            ((WeightedRate)((ElboSpec)spec.Objective).Rate).Beta);
        Assert.IsType<DensityRatioSpec>(Assert.Single(spec.Penalties));
    }

    [Theory, InlineData("[512, 256]"), InlineData("512,256"), InlineData("512 256"), InlineData("512-256")]
    public void A_list_as_text_may_be_divided_as_people_do(string text) =>
        Assert.Equal([512, 256], ((MlpSpec)SpecReader.Read<NetworkSpec>(new JsonObject { ["kind"] = "mlp", ["hidden"] = text })).Hidden);

    /// <summary>A decimal comma is not a thousands separator, and a sign is not a divider: 0,5 is not 5, and −5 is not 5.</summary>
    [Theory]
    [InlineData("""{ "kind": "gaussian", "sigma": "0,5" }""")]
    public void A_decimal_comma_is_refused(string json) => Assert.Equal("sigma", Assert.Single(Violations<LikelihoodSpec>(json)).Path);

    [Fact]
    public void A_negative_number_in_a_list_keeps_its_sign() =>
        Assert.Contains("-5", Assert.Single(Violations<NetworkSpec>("""{ "kind": "mlp", "hidden": "-5" }""")).Message);

    [Fact]
    public void A_misspelt_name_is_answered_with_the_nearest_and_a_strange_one_with_all()
    {
        Assert.Equal("Did you mean 'gaussian'?", Suggestion.For("guassian", ["gaussian", "point"]));
        Assert.Equal("Did you mean 'point'?", Suggestion.For("pont", ["gaussian", "point"]));
        Assert.Equal("Choose one of: gaussian, point.", Suggestion.For("xyzzy", ["gaussian", "point"]));
        Assert.Contains("beta-vae", Assert.Throws<SpecException>(() => ModelZoo.Find("betta_vae")).Message);
    }

    /// <summary>What differs in hyphens, capitals and Greek letters alone is no slip; other names lead to the name that is told.</summary>
    [Fact]
    public void Names_are_compared_however_they_are_written()
    {
        Assert.Equal("Did you mean 'learning-rate'?", Suggestion.For("LearningRate", ["learned-rate", "learning-rate"]));
        Assert.Equal("Did you mean 'beta-tc-vae'?", Suggestion.For("tcvea", [("cvae", "cvae"), ("TC-VAE", "beta-tc-vae")]));
        Assert.Equal("Choose one of: cvae.", Suggestion.For("xyzzy", [("cvae", "cvae"), ("conditional", "cvae")]));
        Assert.Null(Suggestion.Nearest("--", ["a", "b"]));
    }

    [Fact]
    public void Where_names_are_many_the_command_that_lists_them_is_told()
    {
        var names = Enumerable.Range(0, 16).Select(i => $"part-{i}").ToList();
        Assert.Equal("'vae list parts' names all.", Suggestion.For("xyzzy", names, "vae list parts"));
        Assert.StartsWith("Choose one of: part-0, ", Suggestion.For("xyzzy", names.Take(15), "vae list parts"));
        Assert.StartsWith("Choose one of: part-0, ", Suggestion.For("xyzzy", names));
        Assert.Equal(["vae list posteriors", "vae list schedules", "vae list data"],
            new[] { typeof(PosteriorSpec), typeof(LearningRateSpec), typeof(DatasetSpec) }.Select(Catalogue.Listing));
    }

    [Fact]
    public void Numbers_are_written_as_people_write_them()
    {
        Assert.Equal("above 1e-6 and at most 0.002", typeof(Bounded).GetProperty(nameof(Bounded.Number))!.Bounds());
        Assert.Equal(("1e-8", "-2.5e20", "1000000", "0.7071067811865476"),
            (SpecWriter.ToText(1e-8), SpecWriter.ToText(-2.5e20), SpecWriter.ToText(1e6), SpecWriter.ToText(Math.Sqrt(0.5))));
        Assert.Equal("1e-7", SpecWriter.ToText((Schedule)1e-7));
    }

    private sealed record Bounded : Spec
    {
        [Range(1e-6, 2e-3, MinimumIsExclusive = true)]
        public double Number { get; init; }
    }

    /// <summary>Distance is a metric, with neighbours exchanged counting as one slip (optimal string alignment).</summary>
    [Theory]
    [InlineData("", "", 0), InlineData("", "abc", 3), InlineData("vae", "vae", 0), InlineData("vae", "vea", 1),
        InlineData("iwae", "vae", 2)]
    [InlineData("gaussian", "gausian", 1), InlineData("kitten", "sitting", 3)]
    public void The_distance_of_words_counts_slips(string a, string b, int slips)
    {
        Assert.Equal(slips, Suggestion.Distance(a, b));
        Assert.Equal(slips, Suggestion.Distance(b, a));
    }

    /// <summary>
    /// Every cut of a valid description, and every character of it changed, is either read or refused in order: no other exception.
    /// </summary>
    [Fact]
    public void Broken_descriptions_are_refused_in_order()
    {
        var json = SpecWriter.ToJson(ModelZoo.Find("factor-vae").Spec).ToJsonString();
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var letters = json.ToCharArray();
            letters[random.Next(letters.Length)] = "0-9.,:{}[]\"ae"[random.Next(13)];
            JsonNode? node;
            try
            {
                node = JsonNode.Parse(new string(letters));
            }
            catch (System.Text.Json.JsonException)
            {
                continue;
            }
            try
            {
                SpecReader.Read<VaeSpec>(node);
            }
            catch (SpecException refused)
            {
                Assert.All(refused.Violations, violation => Assert.NotEmpty(violation.Message));
            }
        }
    }
}
