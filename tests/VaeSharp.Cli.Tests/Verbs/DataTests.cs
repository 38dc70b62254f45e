using VaeSharp.Cli.Tests.Support;

namespace VaeSharp.Cli.Tests.Verbs;

public class DataTests
{
    [Fact]
    public void Data_sets_are_listed() => Assert.Contains("fashion-mnist", Vae.Run("data", "list").Out);

    [Fact]
    public void Fetching_says_what_is_there() =>                          // behind lines on how far it is, where the machine is slow
        Assert.EndsWith("digits: 60,000 training examples and 10,000 test examples of 1 × 28 × 28, 10 classes.\n",
            Vae.Run("data", "fetch", "digits").Out);

    [Fact]
    public void A_sheet_is_drawn()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Vae.Run("data", "sheet", "digits:invert=true", "--count", "10", "--out", folder["sheet.png"]).Code);
        Assert.True(new FileInfo(folder["sheet.png"]).Length > 1000);
    }

    [Fact]
    public void An_unknown_data_set_is_named_with_its_neighbour() =>
        Assert.Contains("there is no data set 'fashion-mnits'. Did you mean 'fashion-mnist'?",
            Vae.Refusal(2, "data", "sheet", "fashion-mnits"));
}
