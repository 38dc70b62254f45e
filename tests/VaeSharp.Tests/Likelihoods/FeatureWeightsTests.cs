using VaeSharp.Interop;
using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Tests.Training;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Likelihoods;

/// <summary>Files that feature networks come from: of several namings, and of strangers.</summary>
public sealed class FeatureWeightsTests : IDisposable
{
    private static readonly PerceptualLikelihoodSpec Spec = new() { Channels = [8, 0, 9], Stages = [1, 2] };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Plain numbers; torchvision's prefix, whose numbers have gaps and pass ten; other tensors beside them; no biases.</summary>
    [Theory]
    [InlineData("0", "1", true), InlineData("0", "1", false)]
    [InlineData("features.0", "features.3", true), InlineData("features.9", "features.10", true)]
    public void Convolutions_are_read_by_rising_numbers(string first, string second, bool withBias)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var tensors = Tensors(noise, first, second, channels: 3);
        tensors["classifier.0.weight"] = noise.Normal([4, 4], CPU);
        if (!withBias)
            tensors = tensors.Where(pair => !pair.Key.EndsWith("bias", StringComparison.Ordinal)).ToDictionary();
        var net = Read(tensors, channels: 3);
        foreach (var (name, i) in (IEnumerable<(string, int)>)[(first, 0), (second, 1)])
        {
            Check.Close(tensors[$"{name}.weight"], net[$"convolutions.{i}.weight"], 0, 0);
            var bias = net[$"convolutions.{i}.bias"];
            Check.Close(withBias ? tensors[$"{name}.bias"] : zeros_like(bias), bias, 0, 0);
        }
    }

    /// <summary>A grey image is for a network of colour three equal channels.</summary>
    [Fact]
    public void A_network_for_colour_sees_grey_images()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var path = Write(Tensors(noise, "0", "1", channels: 3));
        var (grey, colour) = (Net(path, 1), Net(path, 3));
        var x = noise.Uniform([2, 1, 9, 8], CPU);
        foreach (var (a, b) in colour.call(x.expand(2, 3, 9, 8)).Zip(grey.call(x)))
            Check.Close(a, b, 1e-5, 1e-5);
    }

    /// <summary>The encoder of a run compares images by what it learned: its own convolutions, with their stride.</summary>
    [Fact]
    public void A_runs_conv_encoder_is_read_from_its_folder()
    {
        using var scope = NewDisposeScope();
        var experiment = Small.Experiment();
        Small.Train(experiment with { Model = new VaeSpec { Network = new ConvSpec { Channels = [8, 9], Hidden = 4 } } }, folder["run"]);
        var spec = new PerceptualLikelihoodSpec { Weights = folder["run"], Channels = [8, 9], Stride = 2, Stages = [1, 2] };
        var net = new FeatureNet(1, spec);
        using var noise = new SeededNoise(3);
        net.Initialise(noise);
        using var file = SafeTensorsFile.Open(Path.Combine(folder["run"], "weights.safetensors"));
        foreach (var i in (int[])[0, 1])
        {
            foreach (var kind in (string[])["weight", "bias"])
            {
                var found = net.state_dict()[$"convolutions.{i}.{kind}"].contiguous();
                Assert.Equal(file.Read($"encoder.convolutions.{i}.{kind}"), found.bytes.ToArray());
            }
        }
    }

    /// <summary>A run needs no file but its own: it opens, scores and goes on to the same bits when the network's file is gone.</summary>
    [Fact]
    public void A_run_keeps_its_network_when_the_file_is_gone()
    {
        using var noise = new SeededNoise(4);
        using var scope = NewDisposeScope();
        var path = Write(Tensors(noise, "0", "1", channels: 1));
        var experiment = Small.Experiment();
        experiment = experiment with { Model = experiment.Model with { Likelihood = Spec with { Weights = path } } };
        Small.Train(experiment, folder["whole"]);
        Small.Train(experiment, folder["parts"], stopAfter: 2);
        using var before = Run.Open(folder["whole"]);
        var scores = before.Score(TestData.Squares(8));
        File.Delete(path);
        using var after = Run.Open(folder["whole"]);
        Assert.Equal(scores, after.Score(TestData.Squares(8)));
        Small.Resume(folder["parts"]);
        Assert.Equal(Weights("whole"), Weights("parts"));
        Assert.Throws<FileNotFoundException>(() => Small.Train(experiment, folder["again"]));

        byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(folder[run], "weights.safetensors"));
    }

    [Fact]
    public void Files_that_do_not_fit_are_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var good = Tensors(noise, "0", "1", channels: 1);
        var dense = noise.Normal([8, 9], CPU);
        Refused("holds no convolutions named 0.weight", new() { ["0.weight"] = dense, ["first.weight"] = good["0.weight"] });
        Refused("holds 1 convolutions where 2 are wanted", new() { ["0.weight"] = good["0.weight"] });
        var narrow = noise.Normal([9, 7, 3, 3], CPU);
        Refused("'1.weight' of F32 [9, 7, 3, 3] where F32 [9, 8, 3, 3] is wanted", new(good) { ["1.weight"] = narrow });
        Refused("'0.bias' of F32 [9] where F32 [8] is wanted", new(good) { ["0.bias"] = noise.Normal([9], CPU) });
        Refused("'0.weight' of F64", new(good) { ["0.weight"] = good["0.weight"].to_type(float64) });
        Refused("'1.bias' that is not finite", new(good) { ["1.bias"] = full(9, double.NaN, dtype: float32) });
        Refused("convolutions of 2 networks", new(good) { ["other.0.weight"] = good["0.weight"] });
        // A number too long to be one is no name of a convolution.
        Refused("holds 1 convolutions", new() { ["0.weight"] = good["0.weight"], ["99999999999999999999.weight"] = good["1.weight"] });
        File.WriteAllBytes(folder["rubbish"], [1, 2, 3]);
        AssertLine("too short", Assert.Throws<InvalidDataException>(() => Net(folder["rubbish"], 1)));
        Assert.ThrowsAny<IOException>(() => Net(folder["nowhere"], 1));

        void Refused(string says, Dictionary<string, Tensor> tensors) =>
            AssertLine(says, Assert.Throws<InvalidDataException>(() => Read(tensors, 1)));

        static void AssertLine(string says, Exception refusal)
        {
            Assert.Contains(says, refusal.Message);
            Assert.DoesNotContain('\n', refusal.Message);
        }
    }

    private static Dictionary<string, Tensor> Tensors(Noise noise, string first, string second, long channels) => new()
    {
        [$"{first}.weight"] = noise.Normal([8, channels, 3, 3], CPU),
        [$"{first}.bias"] = noise.Normal([8], CPU),
        [$"{second}.weight"] = noise.Normal([9, 8, 3, 3], CPU),
        [$"{second}.bias"] = noise.Normal([9], CPU),
    };

    private string Write(Dictionary<string, Tensor> tensors)
    {
        var path = folder[Path.GetRandomFileName()];
        SafeTensors.Write(path, tensors.Select(tensor => TensorFiles.Store(tensor.Key, tensor.Value)));
        return path;
    }

    private Dictionary<string, Tensor> Read(Dictionary<string, Tensor> tensors, long channels) =>
        Net(Write(tensors), channels).state_dict();

    private static FeatureNet Net(string path, long channels)
    {
        var net = new FeatureNet(channels, Spec with { Weights = path });
        using var noise = new SeededNoise(1);
        net.Initialise(noise);
        return net;
    }
}
