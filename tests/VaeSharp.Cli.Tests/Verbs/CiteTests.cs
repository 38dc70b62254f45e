using VaeSharp.Cli.Tests.Support;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Tests.Verbs;

public class CiteTests(TrainedRuns runs)
{
    private static List<string> Keys(string bibTeX) =>
        [.. bibTeX.Split('\n').Where(line => line.StartsWith('@')).Select(line => line.Split('{')[1].TrimEnd(','))];

    [Fact]
    public void A_row_cites_its_paper_and_those_of_its_parts_each_once() =>
        GoldenText.Holds("cite-factor-vae", Vae.Run("cite", "factor-vae").Out);

    [Fact]
    public void A_part_cites_its_own() => Assert.Equal(["kingma2014autoencoding", "rybkin2021simple"],
        [.. Keys(Vae.Run("cite", "likelihood:gaussian").Out), .. Keys(Vae.Run("cite", "learned-gaussian").Out)]);

    [Fact]
    public void A_run_cites_its_row_its_parts_and_what_trained_it() =>
        Assert.Equal(["sohn2015learning", "kingma2014autoencoding", "higgins2017beta", "kingma2015adam"],
            Keys(Vae.Run("cite", runs.Told.Path).Out));

    [Fact]
    public void A_recipe_cites_what_it_is_made_of() => Assert.Contains("lecun1998gradient", Keys(Vae.Run("cite", "vae_cnn").Out));

    [Fact]
    public void Every_row_can_be_cited() => Assert.All(ModelZoo.Rows, row => Assert.NotEmpty(Keys(Vae.Run("cite", row.Name).Out)));

    [Fact]
    public void Without_a_paper_nothing_is_cited()
    {
        var outcome = Vae.Run("cite", "condition:none");
        Assert.Equal((0, "", "'condition:none' names no paper.\n"), (outcome.Code, outcome.Out, outcome.Error));
    }

    [Fact]
    public void What_is_neither_a_name_nor_a_run_is_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains("Did you mean 'factor-vae'?", Vae.Refusal(2, "cite", "factr-vae"));
        Assert.Contains("holds no run", Vae.Refusal(1, "cite", folder["empty"]));
    }
}
