using System.Globalization;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Numerics;

/// <summary>Whole models, with the library's own kernels and with the plain formulas.</summary>
public sealed class ModelsWithoutKernelsTests
{
    private const string Expected = "VAESHARP_TEST_NUMBERS_WITH_KERNELS";

    // What .NET 10, libtorch and its oneDNN read at the start: a processor without AVX-512 is the same as one that is told not to use it.
    private static readonly (string, string)[] Older = [("DOTNET_EnableAVX512", "0"), ("ATEN_CPU_CAPABILITY", "avx2"),
        ("ONEDNN_MAX_CPU_ISA", "AVX2")];

    public static MatrixTheoryData<string, int> RecipesAndSizes => new(["vae_mlp", "vae_cnn", "cvae"], [1, 7]);

    private static VaeSpec Model(string recipe) => Recipes.Find(recipe).Model;

    private static Batch Images(int count) => Examples.Batch(count, side: 28);

    /// <summary>Single precision: sums in another order, through at most eight layers.</summary>
    [Theory, MemberData(nameof(RecipesAndSizes))]
    public void A_step_has_the_same_loss_and_gradients(string recipe, int count)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        var found = Pass.Of(Model(recipe), batch: Images(count));
        using var plain = Kernels.Avoid();
        found.AssertSameAs(Pass.Of(Model(recipe), batch: Images(count)), relative: 2e-6, absolute: 1e-6);
    }

    /// <summary>Operands have eight bits; kernels round less often than the plain formulas, which differ by that from each other.</summary>
    [Theory, MemberData(nameof(RecipesAndSizes))]
    public void A_step_of_reduced_precision_is_as_near_to_single_precision(string recipe, int count)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        Pass found, plain, full;
        using (Kernels.Avoid())
            full = Pass.Of(Model(recipe), batch: Images(count));
        using (ReducedPrecision.Use(true))
        {
            found = Pass.Of(Model(recipe), batch: Images(count));
            using (Kernels.Avoid())
                plain = Pass.Of(Model(recipe), batch: Images(count));
        }
        Check.Close(full.Loss, found.Loss, 2e-3);
        var (a, b, c) = (Whole(full), Whole(found), Whole(plain));
        var (own, others) = ((a - b).norm().item<float>(), (a - c).norm().item<float>());
        Assert.True(own <= 1.2 * others + 1e-3 * a.norm().item<float>(), $"{own} and {others} of {a.norm().item<float>()}");

        static Tensor Whole(Pass pass) =>
            cat([.. pass.Gradients.OrderBy(gradient => gradient.Key).Select(gradient => gradient.Value.flatten())]);
    }

    /// <summary>A step, its optimiser and what the next step makes of it.</summary>
    [Theory, InlineData("vae_mlp"), InlineData("vae_cnn"), InlineData("cvae")]
    public void Training_goes_the_same_way(string recipe)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        var found = Losses();
        using var plain = Kernels.Avoid();
        Assert.All(Losses().Zip(found), pair => Check.Close(pair.First, pair.Second, 1e-4));

        double[] Losses()
        {
            using var training = new Conformance.Steps(Model(recipe), Examples.Images(side: 28));
            return [.. Enumerable.Range(0, 4).Select(_ => training.Step(Images(7)).Values.Single())];
        }
    }

    /// <summary>
    /// ‖∂ decoder / ∂z‖² moves the decoder's weights, through transposed convolutions, rectifiers and the last layer of one channel.
    /// </summary>
    [Theory, InlineData(1), InlineData(3)]
    public void A_penalty_on_a_decoders_gradient_is_the_same(int channels)
    {
        WithKernels.Needed();
        using var scope = NewDisposeScope();
        var spec = new VaeSpec { Latent = 2, Network = new ConvSpec { Channels = [16, 32], Hidden = 16 } };
        var found = Penalty(spec);
        using var avoided = Kernels.Avoid();
        var plain = Penalty(spec);
        Assert.Contains(plain, gradient => gradient.Value.abs().max().item<float>() > 0);
        Assert.All(plain, gradient =>
            Check.Close(gradient.Value, found[gradient.Key], 1e-4, 1e-5 * gradient.Value.abs().max().item<float>()));

        Dictionary<string, Tensor> Penalty(VaeSpec vae)
        {
            using var noise = new SeededNoise(3);
            var model = vae.Build(Examples.Images(channels), noise);
            var z = noise.Normal([5, 2], CPU).requires_grad_();
            var x = Examples.Batch(5, channels).X;
            model.Decode(z).LogProb(x).sum().backward(null!, true, true, [z]);
            var penalty = z.grad!.square().sum();
            z.grad = null;
            var parameters = model.named_parameters().Where(p => p.parameter.dim() > 1).ToDictionary(p => p.name, p => (Tensor)p.parameter);
            penalty.backward(null!, false, false, [.. parameters.Values]);
            return parameters.Where(p => p.Value.grad is not null).ToDictionary(p => p.Key, p => p.Value.grad!.clone());
        }
    }

    /// <summary>The product behind a layer is its own: what goes in, and what it gave before, stays.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void A_layer_may_be_used_twice(bool reduced)
    {
        using var scope = NewDisposeScope();
        using var precision = ReducedPrecision.Use(reduced);
        using var noise = new SeededNoise(4);
        foreach (var layer in (Layer[])[new Convolution(16, 32, 3, 2, Activation.Relu), new Convolution(16, 16, 3, 1),
            new TransposedConvolution(16, 32, 3, 2, (16, 16), Activation.Relu), new TransposedConvolution(16, 1, 3, 1, (8, 8))])
        {
            layer.Initialise(noise);
            var x = Layouts.ChannelsLast(noise.Normal([3, 16, 8, 8], CPU)).requires_grad_();
            var before = x.detach().clone();
            var first = layer.call(x);
            var kept = first.detach().clone();
            var second = layer.call(x);
            Check.Close(kept, second, 0, 0);
            (first.to_type(float32) + 2 * second.to_type(float32) + x.sum()).sum().backward(null!, false, false, [x]);
            var both = x.grad!.clone();
            x.grad = null;
            layer.call(x).to_type(float32).sum().backward(null!, false, false, [x]);
            var expected = 3 * x.grad! + (double)first.numel();
            Check.Close(expected, both, reduced ? 0.01 : 1e-5, reduced ? 0.05 : 1e-4);
            Check.Close(before, x, 0, 0);
            Check.Close(kept, first, 0, 0);
            using (no_grad())
                Check.Close(kept, layer.call(x), 0, 0);
            using (inference_mode())
                Check.Close(kept, layer.call(x), 0, 0);
            Check.Close(kept, first, 0, 0);
        }
    }

    // The loss behind a step of a recipe in either precision, and of a model with a penalty on gradients; and the mean of what is drawn.
    private static (double Value, double Relative)[] Numbers()
    {
        using var reduced = ReducedPrecision.Use(true);
        var narrow = Loss(Model("cvae"));
        using var single = ReducedPrecision.Use(false);
        var penalised = ModelZoo.Find("rae-gp").Spec with { Network = new ConvSpec { Channels = [9, 16], Hidden = 16 } };
        return [(Loss(Model("cvae")), 1e-4), (narrow, 1e-2), (Loss(penalised), 1e-3), (Drawn(), 1e-4)];
    }

    private static double Loss(VaeSpec spec)
    {
        using var scope = NewDisposeScope();
        using var training = new Conformance.Steps(spec, Examples.Images(side: 28));
        training.Step(Images(7));
        return training.Step(Images(7)).Values.Single();
    }

    private static double Drawn()
    {
        using var folder = new TemporaryFolder();
        var experiment = VaeSharp.Tests.Training.Small.Experiment(epochs: 1);
        experiment = experiment with { Model = experiment.Model with { Network = new ConvSpec { Channels = [8, 8], Hidden = 16 } } };
        VaeSharp.Tests.Training.Small.Train(experiment, folder["run"]);
        using var run = Run.Open(folder["run"]);
        return run.Generate(20).Average() + run.Encode(TestData.Squares(20)).Average(Math.Abs);
    }

    /// <summary>This program again, told that its processor has no AVX-512: it runs the one test below.</summary>
    [Fact]
    public async Task On_a_processor_without_AVX_512_models_have_the_same_numbers()
    {
        WithKernels.Needed();
        var numbers = string.Join(' ', Numbers().Select(number => number.Value.ToString("R", CultureInfo.InvariantCulture)));
        await OtherProgram.RunAsync(typeof(ModelsWithoutKernelsTests), nameof(What_the_other_program_runs),
            [.. Older, (Expected, numbers)]);
    }

    [Fact]
    public void What_the_other_program_runs()
    {
        var expected = Environment.GetEnvironmentVariable(Expected);
        Assert.SkipWhen(expected is null, "Runs in a program of its own.");
        Assert.False(Kernels.AreSupported);
        Assert.False(Kernels.AreUsable);
        Assert.False(ReducedPrecision.IsFast);
        foreach (var (text, (found, relative)) in expected.Split(' ').Zip(Numbers()))
            Check.Close(double.Parse(text, CultureInfo.InvariantCulture), found, relative);
    }
}
