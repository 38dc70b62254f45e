using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Cli.Verbs;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Tests.Verbs;

/// <summary>What is told about the rows of the zoo.</summary>
public class ZooTests
{
    /// <summary>Every row stands beneath the heading of its group, and each heading is there once.</summary>
    [Fact]
    public void Models_are_listed_under_the_headings_of_their_groups()
    {
        var (heading, found) = ("", new List<(string Group, string Name)>());
        foreach (var line in Vae.Run("list", "models").Lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal)))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
                found.Add((heading, line.Trim().Split(' ')[0]));
            else
                heading = line.Trim();
        }
        Assert.Equal(ModelZoo.Rows.GroupBy(row => row.Group).SelectMany(group => group).Select(row => (row.Group, row.Name)), found);
    }

    [Fact]
    public void A_model_is_found_by_each_of_its_names()
    {
        var names = ModelZoo.Rows.SelectMany(row => row.OtherNames.Select(other => (row.Name, other))).ToList();
        Assert.Contains(("factor-vae", "FactorVAE"), names);
        Assert.All(names, pair => Assert.Equal(Vae.Run("show", $"model:{pair.Name}").Out, Vae.Run("show", $"model:{pair.other}").Out));
        Assert.Equal(Vae.Run("show", "model:iwae").Out, Vae.Run("show", "Importance Weighted Autoencoder").Out);
    }

    [Fact]
    public void Other_names_and_differences_are_told()
    {
        var row = new Row("mine", new VaeSpec(), "Nobody 2020", "nothing", "A model.") { OtherNames = ["A", "B"], Differs = "It differs." };
        using var text = new StringWriter { NewLine = "\n" };
        ShowPage.Of(row).Write(new Terminal(text, TextWriter.Null));
        Assert.StartsWith("mine (model)\nA model.\n    minimises  nothing\nNobody 2020.\n"
            + "Also known as A and B.\n\nIt differs.\n\nChoices\n", text.ToString());
        var json = ShowPage.Of(row).ToJson();
        Assert.Equal(("Further models", "B", "It differs."),
            ((string)json["group"]!, (string)json["otherNames"]![1]!, (string)json["differs"]!));
    }

    [Fact]
    public void Programs_are_told_groups_and_other_names()
    {
        var models = Vae.Run("list", "models", "--json").Lines.Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(ModelZoo.Rows.Select(row => row.Group), models.Select(model => (string)model["group"]!));
        Assert.Equal(ModelZoo.Rows.SelectMany(row => row.OtherNames),
            models.SelectMany(model => model["otherNames"]!.AsArray()).Select(name => (string)name!));
    }
}
