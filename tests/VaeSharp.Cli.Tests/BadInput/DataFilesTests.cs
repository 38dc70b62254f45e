using VaeSharp.Cli.Tests.Support;
using VaeSharp.Imaging;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Tests.BadInput;

public class DataFilesTests
{
    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith($"--data.path: Could not find file '{folder["nowhere.npy"]}'",
            Vae.Refusal(1, "train", "--data", $"npy:path={folder["nowhere.npy"]}", "--out", folder["run"]));
        Assert.False(Directory.Exists(folder["run"]));
        Assert.Contains("There is no folder", Vae.Refusal(1, "train", "--data", $"folder:path={folder["gone"]}", "--out", folder["run"]));
    }

    [Theory]
    [InlineData("--likelihood.weights", "--likelihood.weights", "nowhere.safetensors")]
    [InlineData("--set weights", "--set", "weights=nowhere.safetensors")]
    [InlineData("--likelihood.weights", "--likelihood", "perceptual:weights=nowhere.safetensors")]
    public void A_part_s_missing_file_is_told_by_the_option_that_named_it(string told, string option, string value)
    {
        using var folder = new TemporaryFolder();
        var expected = $"{told}: Could not find file '{Path.GetFullPath("nowhere.safetensors")}'";
        Assert.StartsWith(expected, Vae.Refusal(1, "train", "perceptual-vae", option, value, "--dry-run"));
        Assert.StartsWith(expected, Vae.Refusal(1, "train", "perceptual-vae", option, value, "--quiet", "--out", folder["run"]));
    }

    [Fact]
    public void A_part_s_file_that_is_no_such_file_is_told_by_its_option()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x.safetensors"], "these are no weights");
        Assert.StartsWith($"--likelihood.weights: File '{folder["x.safetensors"]}' ",
            Vae.Refusal(1, "train", "perceptual-vae", "--likelihood.weights", folder["x.safetensors"], "--dry-run"));
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["x.npy"], NdArray.From(new float[64 * 16].AsSpan(), 64, 16));
        using (var stream = File.OpenWrite(folder["x.npy"]))
            stream.SetLength(1000);
        Assert.Contains("x.npy", Vae.Refusal(1, "train", "--data", $"npy:path={folder["x.npy"]}", "--out", folder["run"]));
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void Arrays_that_cannot_be_learned_as_they_are_say_what_to_change()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["nan.npy"], NdArray.From([0.5f, float.NaN], 2, 1));
        Assert.Contains("got NaN.", Vae.Refusal(1, "train", "--data", $"npy:path={folder["nan.npy"]}", "--out", folder["run"]));
        Npy.Write(folder["ints.npy"], NdArray.From([0, 255], 2, 1));
        var refusal = Vae.Refusal(2, "train", "--data", $"npy:path={folder["ints.npy"]}", "--out", folder["run"]);
        Assert.Contains("the data are unbounded; use gaussian or laplace, or save them as bytes", refusal);
    }

    [Fact]
    public void A_condition_needs_labels()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["x.npy"], NdArray.From(new float[64 * 16].AsSpan(), 64, 16));
        Assert.Equal("condition 'label' needs labelled data, but the data have no labels.",
            Vae.Refusal(2, "train", "--condition", "label", "--data", $"npy:path={folder["x.npy"]}", "--out", folder["run"]));
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void Vectors_are_trained_on_too_and_their_samples_are_arrays()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["x.npy"], NdArray.From(new float[64 * 16].AsSpan(), 64, 16));
        Assert.Equal(0,
            Vae.Run("train", "--data", $"npy:path={folder["x.npy"]}", "--epochs", "1", "--threads", "1", "--out", folder["run"]).Code);
        Assert.Contains("--out FILE.npy", Vae.Refusal(2, "sample", folder["run"]));
        Assert.Equal(0, Vae.Run("sample", folder["run"], "--out", folder["y.npy"]).Code);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Images_that_are_neither_grey_nor_coloured_are_trained_on_too_and_get_the_other_pictures(int channels)
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["x.npy"], NdArray.From(new float[64 * channels * 16].AsSpan(), 64, channels, 4, 4));
        var outcome = Vae.Run("train", "--data", $"npy:path={folder["x.npy"]}", "--epochs", "1", "--threads", "1", "--out", folder["run"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(["latent.png", "losses.png"],
            Directory.GetFiles(Path.Combine(folder["run"], "plots")).Select(Path.GetFileName).Order());
        Assert.Contains("cannot be drawn", Vae.Refusal(2, "data", "sheet", $"npy:path={folder["x.npy"]}", "--out", folder["sheet.png"]));
    }

    [Fact]
    public void Pictures_of_several_sizes_must_be_resized()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["pictures"]);
        foreach (var size in new[] { 8, 9 })
            File.WriteAllBytes(Path.Combine(folder["pictures"], $"{size}.png"), ImageFile.Encode(new byte[size * size], 1, size, size));
        var refusal = Vae.Refusal(1, "train", "--data", $"folder:path={folder["pictures"]}", "--out", folder["run"]);
        Assert.Contains("9.png", refusal);
        Assert.Contains("resize", refusal);
        Assert.Equal(0, Vae.Run("data", "sheet", $"folder:path={folder["pictures"]},resize=8", "--out", folder["sheet.png"]).Code);
    }
}
