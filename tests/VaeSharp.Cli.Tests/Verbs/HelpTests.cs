using VaeSharp.Cli.Tests.Support;

namespace VaeSharp.Cli.Tests.Verbs;

public class HelpTests
{
    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-train", "train", "--help")]
    [InlineData("help-fit", "fit", "--help")]
    [InlineData("help-sample", "sample", "-h")]
    [InlineData("help-data-sheet", "data", "sheet", "--help")]
    [InlineData("help-cite", "cite", "--help")]
    [InlineData("help-evaluate", "evaluate", "--help")]
    [InlineData("help-gallery", "gallery", "--help")]
    [InlineData("list", "list")]
    [InlineData("list-models", "list", "models")]
    [InlineData("show-beta-vae", "show", "beta-vae")]
    [InlineData("show-density-ratio", "show", "density-ratio")]
    [InlineData("show-npy", "show", "npy")]
    public void Texts_are_as_they_were_found_good(string golden, params string[] arguments)
    {
        var outcome = Vae.Run(arguments);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        GoldenText.Holds(golden, outcome.Out);
    }

    [Fact]
    public void Without_a_verb_there_is_help() => Assert.Equal(Vae.Run("--help").Out, Vae.Run().Out);

    [Fact]
    public void The_version_is_told() => Assert.Matches(@"^vae \d+\.\d+\.\d+\n$", Vae.Run("--version").Out);

    [Fact]
    public void A_verb_of_verbs_explains_itself() => Assert.Contains("sheet", Vae.Run("data").Out);
}
