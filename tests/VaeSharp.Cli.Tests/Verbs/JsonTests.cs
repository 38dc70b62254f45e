using System.Text.Json.Nodes;
using VaeSharp.Cli.Tests.Support;

namespace VaeSharp.Cli.Tests.Verbs;

public class JsonTests
{
    [Fact]
    public void Each_line_of_a_list_is_an_object()
    {
        var names = Vae.Run("list", "--json").Lines.Select(line => (string)JsonNode.Parse(line)!["name"]!).ToList();
        Assert.Contains("beta-vae", names);
        Assert.Contains("bernoulli", names);
        Assert.Contains("digits", names);
    }

    [Fact]
    public void A_part_tells_its_options()
    {
        var page = JsonNode.Parse(Assert.Single(Vae.Run("show", "weighted", "--json").Lines))!;
        var beta = Assert.Single(page["options"]!.AsArray())!;
        Assert.Equal(("rate", "beta", 1), ((string)page["kind"]!, (string)beta["name"]!, (int)beta["default"]!));
    }

    [Fact]
    public void Training_tells_each_epoch_and_the_end()
    {
        using var folder = new TemporaryFolder();
        var outcome = Vae.Run(["train", .. Vae.Tiny, "--json", "--out", folder["run"]]);
        var lines = outcome.Lines.Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["epoch", "epoch", "end"], lines.Select(line => (string)line["event"]!));
        Assert.True((double)lines[1]["validation"]!["kl"]! > 0);
        Assert.Equal("completed", (string)lines[2]["end"]!);
        Assert.All(lines[2]["files"]!.AsArray(), file => Assert.True(File.Exists((string)file!)));
    }
}
