using VaeSharp.Conditions;
using VaeSharp.Data;
using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Tests.Architecture;
using VaeSharp.Tests.Interop;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Keras;

/// <summary>
/// Exported programs are run, on layers that are written in NumPy from Keras's documentation, and compare what they compute from the
/// exported weights with what the model computed here.
/// </summary>
public sealed class KerasPrograms : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Colour, odd sizes and labels: every axis and every order of elements differs between here and Keras.</summary>
    private static readonly Dictionary<string, (VaeSpec Model, DataSpec Data)> Models = new()
    {
        ["mlp"] = (new VaeSpec { Network = new MlpSpec { Hidden = [7, 5] } }, new DataSpec(1, 6, 4)),
        ["mlp of colour"] = (new VaeSpec { Network = new MlpSpec { Hidden = [7], Activation = Activation.Tanh } }, new DataSpec(3, 5, 4)),
        ["mlp of vectors"] = (new VaeSpec { Latent = 3, Likelihood = new GaussianLikelihoodSpec() }, Unbounded(9)),
        ["mlp of colour that is told"] = (new VaeSpec { Condition = new LabelConditionSpec() }, Labelled(3, 4, 6)),
        ["conv"] = (Conv([4, 6], hidden: 5), new DataSpec(1, 8, 12)),
        ["conv of colour, odd sizes"] = (Conv([4, 6], hidden: 5, activation: Activation.Elu), new DataSpec(3, 13, 10)),
        ["conv of colour that is told"] = (Conv([3, 5], hidden: 4, kernel: 4) with { Condition = new LabelConditionSpec() },
            Labelled(3, 9, 7)),
        ["conv without a hidden layer"] = (Conv([4], hidden: 0, kernel: 5, Activation.Silu), new DataSpec(2, 6, 7)),
        ["conv in another range"] = (Conv([4], hidden: 5) with { Likelihood = new LaplaceLikelihoodSpec() },
            Labelled(3, 7, 7) with { Low = -1 }),
        ["resnet of colour"] = (new VaeSpec { Network = new ResNetSpec { Channels = [4, 6], Hidden = 5 } }, new DataSpec(3, 13, 10)),
        ["gated mlp of colour"] = (new VaeSpec { Network = new GatedMlpSpec { Hidden = [7, 5] } }, new DataSpec(3, 5, 4)),
        ["ae"] = (new VaeSpec { Posterior = new PointPosteriorSpec(), Objective = new ReconstructionSpec() }, new DataSpec(1, 5, 5)),
    };

    public static MatrixTheoryData<string, bool> All => new(Models.Keys, [false, true]);

    [Theory, MemberData(nameof(All))]
    public void The_program_computes_the_same_numbers_from_the_weights(string name, bool older)
    {
        using var run = RunOf(name);
        var program = run.ExportKeras(folder["keras"])[^1];
        if (older)
            File.WriteAllText(program, File.ReadAllText(program).Replace(".weights.h5", ".h5"));
        var printed = Python.Run("""
            import runpy
            sys.dont_write_bytecode = True
            sys.path.insert(0, a[1])
            runpy.run_path(a[0], run_name='__main__')
            """, program, Path.Combine(Sources.Root, "tests", "VaeSharp.Tests", "Keras", "numpy"));
        Assert.EndsWith("The weights give the same numbers as in VaeSharp.\n", printed);
    }

    /// <summary>The check of the program can fail: it finds weights whose order is another.</summary>
    [Fact]
    public void The_program_finds_weights_that_are_another_models()
    {
        using var run = RunOf("conv");
        var program = run.ExportKeras(folder["keras"])[^1];
        using var other = RunOf("conv", seed: 2);
        other.SaveKeras(Path.ChangeExtension(program, ".weights.h5"));
        var printed = Python.Run("""
            import runpy
            sys.dont_write_bytecode = True
            sys.path.insert(0, a[1])
            try:
                runpy.run_path(a[0], run_name='__main__')
            except AssertionError:
                print('found')
            """, program, Path.Combine(Sources.Root, "tests", "VaeSharp.Tests", "Keras", "numpy"));
        Assert.EndsWith("found\n", printed);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_by_name()
    {
        var (spec, data) = Models["conv"];
        using var noise = new SeededNoise(1);
        using var model = spec.Build(data, noise);
        using (no_grad())
            model.named_parameters().Single(pair => pair.name == "decoder.output.bias").parameter.fill_(double.NaN);
        VaeSharp.Interop.SafeTensors.Write(folder["nan"], model.state_dict().Select(tensor => TensorFiles.Store(tensor.Key, tensor.Value)));
        var experiment = new Experiment { Model = spec, Data = new MemorySpec() };
        var failure = Assert.Throws<InvalidDataException>(() => RunImport.Create(experiment, data, folder["nan"], folder["run"]));
        Assert.Contains("not finite, in what becomes 'decoder.output.bias'", failure.Message);
        Assert.False(Directory.Exists(folder["run"]));
    }

    private static VaeSpec Conv(long[] channels, int hidden, int kernel = 3, Activation activation = Activation.Relu) =>
        new() { Network = new ConvSpec { Channels = channels, Hidden = hidden, Kernel = kernel, Activation = activation } };

    private static DataSpec Unbounded(params long[] shape) => new(shape) { Low = double.NegativeInfinity, High = double.PositiveInfinity };

    private static DataSpec Labelled(params long[] shape) => new(shape) { ClassNames = ["a", "b", "c"] };

    /// <summary>A run whose weights are random, so that no two of them can be exchanged without being noticed.</summary>
    private Run RunOf(string name, long seed = 1)
    {
        var (spec, data) = Models[name];
        using var noise = new SeededNoise(seed);
        using var model = spec.Build(data, noise);
        using (no_grad())
        {
            foreach (var parameter in model.parameters().Where(parameter => parameter.dim() == 1))
                parameter.copy_(0.3 * noise.Normal(parameter.shape, CPU));
        }
        var weights = folder[Path.GetRandomFileName()];
        VaeSharp.Interop.SafeTensors.Write(weights, model.state_dict().Select(tensor => TensorFiles.Store(tensor.Key, tensor.Value)));
        var path = folder[Path.GetRandomFileName()];
        RunImport.Create(new Experiment { Name = "my-model", Model = spec, Data = new MemorySpec() }, data, weights, path);
        return Run.Open(path);
    }
}
