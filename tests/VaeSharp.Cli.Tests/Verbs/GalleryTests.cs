using VaeSharp.Cli.Gallery;
using VaeSharp.Cli.Tests.Support;
using VaeSharp.Tests.Support;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Tests.Verbs;

public class GalleryTests
{
    private static readonly string[] Small = ["--data", "digits:limit=300", "--epochs", "1", "--threads", "1"];

    private static Outcome Make(string folder, params string[] arguments) => Vae.Run(["gallery", .. arguments, .. Small, "--out", folder]);

    /// <summary>
    /// One with a divergence and one without: the autoencoder's codes follow no prior, and its samples are of one that is fitted to them.
    /// </summary>
    [Fact]
    public void Two_rows_have_a_page_and_a_picture_each_and_a_line_in_the_index()
    {
        using var folder = new TemporaryFolder();
        var outcome = Make(folder["zoo"], "vae", "ae");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.StartsWith("vae (1 of 2)  reconstruction ", outcome.Lines[0]);
        Assert.DoesNotContain("kl", outcome.Lines[1]);
        Assert.Equal($"2 models: {Path.Combine(folder["zoo"], "README.md")}", outcome.Lines[2]);

        var index = File.ReadAllLines(Path.Combine(folder["zoo"], "README.md"));
        Assert.Contains("vae gallery --data digits:limit=300 --epochs 1 --seed 0", index);
        Assert.Contains("## Classics", index);
        Assert.Matches(@"^\| \[ae\]\(ae\.md\) \| 2 \| \d+\.\d\d \| – \| – \| 0\.\d{4} \| [0-2] \| [\d,]+ \|$", index[^2]);
        Assert.Matches(@"^\| \[vae\]\(vae\.md\) \| 2 \| \d+\.\d\d \| \d+\.\d\d \| \d+\.\d\d \| 0\.\d{4} \| [0-2] \| [\d,]+ \|$", index[^1]);

        var page = File.ReadAllText(Path.Combine(folder["zoo"], "vae.md"));
        Assert.Contains("−E log p(x|z) + KL(q(z|x) ‖ p(z))", page);
        Assert.Contains("**Paper:** Kingma and Welling 2014, Auto-Encoding Variational Bayes, arXiv:1312.6114.", page);
        Assert.Contains("| objective | elbo (rate weighted (beta 1), samples 1) |", page);
        Assert.Contains("vae train vae --data digits:limit=300 --epochs 1 --seed 0", page);
        Assert.DoesNotContain("mixture", page);
        var other = File.ReadAllText(Path.Combine(folder["zoo"], "ae.md"));
        Assert.Contains("none: the objective has no divergence", other);
        Assert.Contains("| samples | of prior mixture, fitted to the codes |", other);
        Assert.Contains("vae fit RUN --prior mixture\n", other);
        Assert.All(["vae", "ae"], row => Assert.True(new FileInfo(Path.Combine(folder["zoo"], "images", $"{row}.png")).Length > 1_000));
        Assert.Empty(Directory.EnumerateFiles(folder["zoo"], "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_is_done_is_not_trained_again_unless_it_shall_be()
    {
        using var folder = new TemporaryFolder();
        Make(folder["zoo"], "vae");
        var numbers = File.ReadAllText(Path.Combine(folder["zoo"], "numbers.jsonl"));
        Assert.Equal(["1 models: " + Path.Combine(folder["zoo"], "README.md")], Make(folder["zoo"], "vae").Lines);
        Assert.Equal(numbers, File.ReadAllText(Path.Combine(folder["zoo"], "numbers.jsonl")));
        Assert.StartsWith("vae (1 of 1)", Make(folder["zoo"], "vae", "--force").Lines[0]);

        // Choices that are others than those that were trained, and a line that a killed process left.
        File.WriteAllText(Path.Combine(folder["zoo"], "numbers.jsonl"),
            numbers.Replace("""\"latent\":2""", """\"latent\":3""") + "{\"name\":");
        Assert.StartsWith("vae (1 of 1)", Make(folder["zoo"], "vae").Lines[0]);
        File.Delete(Path.Combine(folder["zoo"], "images", "vae.png"));
        Assert.StartsWith("vae (1 of 1)", Make(folder["zoo"], "vae").Lines[0]);
        // Numbers of another budget would not compare.
        Assert.StartsWith("vae (1 of 1)", Make(folder["zoo"], "vae", "--seed", "1").Lines[0]);
    }

    [Fact]
    public void A_gallery_that_is_stopped_says_how_far_it_is()
    {
        using var folder = new TemporaryFolder();
        Make(folder["zoo"], "vae");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var outcome = Vae.Run(stop.Token, ["gallery", "vae", "ae", .. Small, "--out", folder["zoo"]]);
        Assert.Equal((130, "1 of 2 models are done; the same command goes on with the others.\n"), (outcome.Code, outcome.Error));
        Assert.StartsWith("ae (2 of 2)", Make(folder["zoo"], "vae", "ae").Lines[0]);
    }

    [Fact]
    public void A_row_that_refuses_the_data_is_left_out_with_its_reason()
    {
        using var folder = new TemporaryFolder();
        Npy(folder["x.npy"]);
        var outcome = Vae.Run("gallery", "cvae", "ae", "--data", $"npy:path={folder["x.npy"]}",
            "--epochs", "1", "--threads", "1", "--out", folder["zoo"]);
        Assert.Equal(1, outcome.Code);
        Assert.StartsWith("cvae: ", Assert.Single(outcome.ErrorLines));
        Assert.Contains("labels", outcome.Error);
        Assert.Equal("1 models: " + Path.Combine(folder["zoo"], "README.md"), outcome.Lines[^1]);
        Assert.DoesNotContain("images/", File.ReadAllText(Path.Combine(folder["zoo"], "ae.md")));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Assert.Contains("Did you mean 'iwae'?", Vae.Refusal(2, "gallery", "iwea", "--out", folder["zoo"]));
        Assert.StartsWith("--epochs: ", Vae.Refusal(2, "gallery", "--epochs", "0", "--out", folder["zoo"]));
        Assert.Contains("a folder is needed", Vae.Refusal(2, "gallery", "--out", folder["file"]));
    }

    /// <summary>What is empty is left out, and numbers have six digits.</summary>
    [Fact]
    public void Choices_are_told_so_that_they_can_be_read()
    {
        Assert.Contains("| likelihood | perceptual (channels [16, 0, 32, 0, 64], ", Page("perceptual-vae"));
        Assert.Contains("| likelihood | gaussian (sigma 0.707107, mean bounded) |", Page("rae"));

        static string Page(string row) => GalleryPages.Page(ModelZoo.Find(row), Entry(row));
    }

    /// <summary>Divergences of levels and parts and the use of codebooks, but active units only where codes have a scale.</summary>
    [Fact]
    public void What_the_log_has_of_codes_is_told()
    {
        Assert.Contains("""
            | KL of z1, nats | 10.00 |
            | KL of z2, nats | 5.25 |
            | squared error of a pixel | 0.0000 |
            | active units | 3 of 4 |
            """, Page("ladder-vae", new() { ["kl-2"] = 5.25, ["kl-1"] = 10 }));
        Assert.Contains("""
            | perplexity of a batch's codes, top level | 200 |
            | codes that a batch uses, bottom level | 90 % |
            | squared error of a pixel | 0.0000 |
            | training | 0 s
            """, Page("vq-vae-2", new() { ["usage-bottom"] = 0.9, ["perplexity-top"] = 200.4 }));
        Assert.Contains("| KL of the discrete part, nats | 2.00 |", Page("joint-vae", new() { ["kl-discrete"] = 2 }));
        Assert.DoesNotContain("active units", Page("dirichlet-vae", []));

        static string Page(string row, Dictionary<string, double> ofCodes) =>
            GalleryPages.Page(ModelZoo.Find(row), Entry(row) with { OfCodes = ofCodes }).ReplaceLineEndings();
    }

    /// <summary>
    /// Every row has a page, of the choices that it has now, and what the pages say is what the catalogue and their numbers say. Where this
    /// fails, <c>vae gallery --data digits --epochs 5 --seed 0</c> mends it.
    /// </summary>
    [Fact]
    public void The_pages_of_the_repository_are_those_that_the_command_writes()
    {
        using var folder = new TemporaryFolder();
        var zoo = Path.Combine(Checkout.Root, "docs", "zoo");
        var gallery = new GalleryFolder(folder["zoo"]);
        File.Copy(Path.Combine(zoo, "numbers.jsonl"), Path.Combine(folder["zoo"], "numbers.jsonl"));
        foreach (var row in ModelZoo.Rows)
            File.Copy(Path.Combine(zoo, "images", $"{row.Name}.png"), gallery.PictureOf(row.Name));
        var entries = gallery.Entries.ToDictionary(entry => entry.Name);
        Assert.All(ModelZoo.Rows, row => Assert.Equal(GalleryJob.ModelOf(row), entries[row.Name].Model));
        gallery.WritePages(ModelZoo.Rows, entries["vae"].Budget);
        Assert.Equal(ModelZoo.Rows.Select(row => $"{row.Name}.md").Append("README.md").Order(StringComparer.Ordinal),
            Directory.GetFiles(zoo, "*.md").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(zoo, "*.md"),
            page => Assert.Equal(File.ReadAllText(Path.Combine(folder["zoo"], Path.GetFileName(page))), File.ReadAllText(page)));
        var plain = entries["vae"].SamplesPerSecond;
        Assert.All(ModelZoo.Rows.Where(row => entries[row.Name].SamplesPerSecond < plain / 2),
            row => Assert.True(row.Cost.Length > 0, $"{row.Name} is {plain / entries[row.Name].SamplesPerSecond:F1} times as slow"));
    }

    private static GalleryEntry Entry(string row) => new()
    {
        Name = row,
        Budget = new GalleryBudget("digits", 1, 0),
        Model = "",
        SquaredError = 0,
        ActiveUnits = 3,
        Latent = 4,
        SamplesPerSecond = 0,
        Seconds = 0,
        IsDrawn = false,
    };

    private static void Npy(string path) =>
        VaeSharp.Interop.Npy.Write(path,
            VaeSharp.Interop.NdArray.From(Enumerable.Range(0, 40 * 6).Select(i => i % 7 / 7f).ToArray().AsSpan(), [40, 6]));
}
