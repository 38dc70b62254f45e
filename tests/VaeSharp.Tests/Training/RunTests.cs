using System.Text.Json.Nodes;
using VaeSharp.Data;
using VaeSharp.Interop;
using VaeSharp.Specs;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dataset data = TestData.Squares(700, seed: 3);

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Codes follow the prior by a divergence, or by a penalty on their distribution; else new ones need not look like data.
    /// </summary>
    [Theory, InlineData("vae", true), InlineData("iwae", true), InlineData("wae-mmd", true), InlineData("swae", true)]
    [InlineData("ae", false), InlineData("rae", false), InlineData("sparse-ae", false)]
    public void Examples_can_be_drawn_where_codes_follow_the_prior(string row, bool can)
    {
        using var folder = new TemporaryFolder();
        Small.Train(Small.Experiment(row, epochs: 1), folder["run"]);
        using var run = Run.Open(folder["run"]);
        Assert.Equal(can, run.CanGenerate);
        Assert.All(run.Score(TestData.Squares(3)), score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void An_example_is_encoded_the_same_alone_and_in_company()
    {
        using var run = Open("vae");
        var all = run.Encode(data);
        var one = run.Encode(data.Select([600]));
        Assert.Equal(700 * 2, all.Length);
        Assert.Equal(all[1200], one[0], 1e-5);
        Assert.Equal(all[1201], one[1], 1e-5);
    }

    [Fact]
    public void Reconstructing_is_decoding_the_code()
    {
        using var run = Open("cvae");
        var few = data.Take(10);
        int[] labels = [.. Enumerable.Range(0, 10).Select(few.Label)];
        AssertClose(run.Decode(run.Encode(few), labels), run.Reconstruct(few));
    }

    [Fact]
    public void Arrays_and_data_sets_are_the_same_to_a_model()
    {
        using var run = Open("vae");
        var values = new float[20 * 64];
        data.Take(20).CopyTo([.. Enumerable.Range(0, 20)], values);
        AssertClose(run.Encode(data.Take(20)), run.Encode(values));
        AssertClose(run.Score(data.Take(20)), run.Score(values));
    }

    [Fact]
    public void Examples_unlike_those_it_learned_score_as_more_unusual()
    {
        using var run = Open("vae", epochs: 30);
        var usual = run.Score(data);
        var random = new Random(8);
        var unusual = run.Score(Enumerable.Range(0, 64 * 200).Select(_ => random.NextSingle()).ToArray());
        Assert.True(unusual.Average() > usual.Average() + 10, $"{usual.Average()} against {unusual.Average()}");
    }

    [Fact]
    public void The_score_is_the_bound_that_validation_reports()
    {
        var experiment = Small.Experiment(epochs: 5);
        Small.Train(experiment with { Training = experiment.Training with { Validation = "test" } }, folder["vae"]);
        using var run = Run.Open(folder["vae"]);
        var reported = MetricsFile.Read(folder["vae"]).Min(line => line.Validation["loss"]);
        // One draw for each of 50 images spreads the reported mean by less than 0.2 nat; 1 nat is five times that.
        Assert.Equal(reported, run.Score(TestData.Splits().Test!, samples: 200).Average(), 1.0);
    }

    [Fact]
    public void The_same_seed_generates_the_same_and_a_low_temperature_the_typical()
    {
        using var run = Open("vae");
        Assert.Equal(run.Generate(5, seed: 3), run.Generate(5, seed: 3));
        Assert.NotEqual(run.Generate(5, seed: 3), run.Generate(5, seed: 4));
        AssertClose(run.Decode(new float[2]), run.Generate(1, temperature: 0));
    }

    [Fact]
    public void A_model_that_is_told_labels_wants_as_many_as_there_are_codes()
    {
        using var run = Open("cvae");
        Assert.Contains("3 are needed, got 0", Assert.Throws<ArgumentException>(() => run.Generate(3)).Message);
        Assert.Contains("got 4", Assert.Throws<ArgumentException>(() => run.Generate(1, new[] { 4 })).Message);
        Assert.Equal(3 * 64, run.Generate(3, new[] { 0, 3, 1 }).Length);
        Assert.Throws<ArgumentException>(() => run.Encode(new float[64]));
    }

    [Fact]
    public void Examples_of_another_shape_or_range_are_refused()
    {
        using var run = Open("vae");
        Assert.Contains("1 × 8 × 8", Assert.Throws<ArgumentException>(() => run.Encode(TestData.Squares(5, side: 10))).Message);
        Assert.Throws<ArgumentException>(() => run.Encode(new float[65]));
        Assert.Contains("[0, 1]", Assert.Throws<ArgumentException>(() => run.Encode(Enumerable.Repeat(7f, 64).ToArray())).Message);
        Assert.Throws<ArgumentException>(() => run.Encode(Enumerable.Repeat(float.NaN, 64).ToArray()));
        Assert.Throws<ArgumentException>(() => run.Decode(new float[3]));
        var far = Dataset.From(Enumerable.Repeat(7f, 64).ToArray(), [1, 8, 8]);
        Assert.Contains("must be in [0, 1]", Assert.Throws<ArgumentException>(() => run.Encode(far)).Message);
    }

    [Fact]
    public void Many_threads_get_what_one_gets()
    {
        using var run = Open("vae");
        var (codes, images, scores) = (run.Encode(data), run.Generate(50, seed: 2), run.Score(data));
        Parallel.For(0, 24, i =>
        {
            Assert.Equal(codes, run.Encode(data));
            Assert.Equal(images, run.Generate(50, seed: 2));
            Assert.Equal(scores, run.Score(data));
        });
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_with_all_that_differs()
    {
        Train("vae");
        var path = Path.Combine(folder["vae"], "experiment.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["model"]!["network"]!["hidden"] = new JsonArray(17);
        File.WriteAllText(path, json.ToJsonString());
        var message = Assert.Throws<InvalidDataException>(() => Run.Open(folder["vae"])).Message;
        Assert.Contains("'encoder.layers.0.weight' is F32 [16, 64] where F32 [17, 64] is wanted", message);
        Assert.Contains("decoder.output.weight", message);
    }

    [Theory]
    [InlineData("experiment.json", "{")]
    [InlineData("experiment.json", """{"format":1,"model":{"latnet":3}}""")]
    [InlineData("experiment.json", """{"format":9}""")]
    [InlineData("weights.safetensors", "rubbish rubbish rubbish")]
    [InlineData("weights.safetensors", "")]
    public void Damaged_files_are_refused(string file, string content)
    {
        Train("vae");
        File.WriteAllText(Path.Combine(folder["vae"], file), content);
        Assert.Throws<InvalidDataException>(() => Run.Open(folder["vae"]));
    }

    [Fact]
    public void A_run_that_was_closed_says_so()
    {
        var run = Open("vae");
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Generate(1));
    }

    [Fact]
    public void A_model_larger_than_any_memory_is_refused_before_memory_is_taken()
    {
        Train("vae");
        var path = Path.Combine(folder["vae"], "experiment.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["model"]!["network"]!["hidden"] = new JsonArray([.. Enumerable.Repeat(65_536, 8).Select(width => (JsonNode)width)]);
        File.WriteAllText(path, json.ToJsonString());
        Assert.Contains("narrower layers", Assert.Throws<SpecException>(() => Run.Open(folder["vae"])).Message);
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        Assert.Throws<DirectoryNotFoundException>(() => Run.Open(folder["nothing"]));
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains("no run", Assert.Throws<FileNotFoundException>(() => Run.Open(folder["empty"])).Message);
    }

    [Fact]
    public void Weights_that_claim_data_without_end_are_refused()
    {
        Train("vae");
        var path = Path.Combine(folder["vae"], "weights.safetensors");
        const string Data = """{"shape":[1000000,1000000,1000000],"low":0,"high":1,"levels":0,"classes":[]}""";
        SafeTensors.Write(path, [], new Dictionary<string, string> { ["data"] = Data });
        Assert.Throws<InvalidDataException>(() => Run.Open(folder["vae"]));
    }

    [Fact]
    public void Tensor_names_are_the_file_format()
    {
        Train("cvae");
        using var file = SafeTensorsFile.Open(Path.Combine(folder["cvae"], "weights.safetensors"));
        string[] golden =
        [
            "decoder.layers.0.bias", "decoder.layers.0.weight", "decoder.output.bias", "decoder.output.weight",
            "encoder.layers.0.bias", "encoder.layers.0.weight",
            "posterior.logVar.bias", "posterior.logVar.weight", "posterior.mean.bias", "posterior.mean.weight",
        ];
        Assert.Equal(golden, file.Tensors.Select(tensor => tensor.Name));
    }

    private Run Open(string row, int epochs = 2)
    {
        Train(row, epochs);
        return Run.Open(folder[row]);
    }

    private void Train(string row, int epochs = 2) => Small.Train(Small.Experiment(row, epochs), folder[row]);

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
