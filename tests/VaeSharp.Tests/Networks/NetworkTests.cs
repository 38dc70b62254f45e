using VaeSharp.Conditions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Networks;

public sealed class NetworkTests
{
    private static readonly ConvSpec KerasConv = new() { Channels = [32, 64], Kernel = 3, Hidden = 16 };

    private static Autoencoder Build(VaeSpec spec, DataSpec? data = null)
    {
        using var noise = new SeededNoise(1);
        return spec.Build(data ?? new DataSpec(1, 28, 28) { ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"{i}")] }, noise);
    }

    private static long Count(Autoencoder model, Side side) =>
        model.Side(side).SelectMany(module => module.parameters()).Sum(parameter => parameter.numel());

    /// <summary>What Keras's summary prints for the three scripts that this library began with.</summary>
    [Fact]
    public void Models_have_as_many_parameters_as_the_Keras_scripts()
    {
        using var scope = NewDisposeScope();
        var mlp = Build(new VaeSpec());
        Assert.Equal((403_972, 403_728), (Count(mlp, Side.Inference), Count(mlp, Side.Generation)));
        var conv = Build(new VaeSpec { Network = KerasConv });
        Assert.Equal((69_076, 65_089), (Count(conv, Side.Inference), Count(conv, Side.Generation)));
        var conditional = Build(new VaeSpec { Network = KerasConv, Condition = new LabelConditionSpec() });
        Assert.Equal((77_988, 96_449), (Count(conditional, Side.Inference), Count(conditional, Side.Generation)));
    }

    /// <summary>
    /// Glorot and Bengio 2010, eq. 16: uniform on ±√(6 / (fan in + fan out)), where a fan counts the kernel's field; biases 0.
    /// </summary>
    [Fact]
    public void Weights_start_Glorot_uniform_and_biases_at_zero()
    {
        using var scope = NewDisposeScope();
        foreach (var spec in new[] { new VaeSpec(), new VaeSpec { Network = new ConvSpec(), Condition = new LabelConditionSpec() } })
        {
            var model = Build(spec);
            Assert.Contains(model.named_parameters(), p => p.parameter.dim() == (spec.Network is ConvSpec ? 4 : 2));
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (name.EndsWith("bias", StringComparison.Ordinal))
                {
                    Assert.Equal(0, parameter.abs().max().item<float>());
                    continue;
                }
                var field = parameter.dim() == 4 ? parameter.size(2) * parameter.size(3) : 1;
                var limit = Math.Sqrt(6.0 / ((parameter.size(0) + parameter.size(1)) * field));
                Assert.True(parameter.abs().max().item<float>() <= limit * (1 + 1e-6), name);
                Statistics.AssertFits(parameter, x => (x / limit + 1) / 2);
            }
        }
    }

    [Fact]
    public void No_two_layers_of_the_same_shape_start_alike()
    {
        using var scope = NewDisposeScope();
        var weights = Build(new VaeSpec { Network = new MlpSpec { Hidden = [32, 32, 32] } }).parameters().Where(p => p.dim() == 2).ToList();
        var pairs = from a in weights
                    from b in weights
                    where a.Handle != b.Handle && a.shape.SequenceEqual(b.shape)
                    select a.eq(b).all().item<bool>();
        Assert.True(pairs.Any() && pairs.All(same => !same));
    }

    public static MatrixTheoryData<int, int> Sizes => new(Enumerable.Range(8, 26), [1, 3]);

    /// <summary>
    /// What goes in comes out in the same size, and no border is left out: every pixel is read by the encoder, and drawn by the decoder.
    /// </summary>
    [Theory, MemberData(nameof(Sizes))]
    public void Convolutional_models_give_back_images_of_any_size(int side, int channels)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = new VaeSpec
        {
            Network = new ConvSpec { Channels = [2, 3, 2], Kernel = 2 + side % 4, Hidden = 4, Activation = Activation.Tanh },
        };
        var data = new DataSpec(channels, side, side + 5);
        var model = Build(spec, data);
        var x = noise.Uniform([2, channels, side, side + 5], CPU).requires_grad_();
        var seen = x.detach().clone().requires_grad_();
        var trace = model.Infer(new Batch(x, Corrupted: seen), 1, new Progress(noise));
        Assert.Equal([1, 2, .. data.Shape], trace.Likelihood.Mean.shape);
        trace.LogLikelihood.sum().backward();
        // d log p/dx is the pixel's logit, 0 only where nothing was drawn; d log p/d(seen) is 0 only where nothing was read.
        Assert.True(x.grad!.abs().min().item<float>() > 0);
        Assert.True(seen.grad!.abs().min().item<float>() > 0);
    }

    [Fact]
    public void Products_are_single_precision_unless_asked_otherwise()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        Assert.False(ReducedPrecision.IsActive);
        Layer[] layers =
            [new Linear(256, 256, Activation.Relu), new Convolution(16, 4, 3, 2), new TransposedConvolution(16, 4, 3, 2, (16, 16))];
        foreach (var layer in layers)
        {
            // The library's own convolutions are in single precision in both.
            using IDisposable? plain = layer is Linear ? null : Kernels.Avoid();
            layer.Initialise(noise);
            var x = layer is Linear ? noise.Normal([4, 256], CPU) : noise.Normal([4, 16, 8, 8], CPU);
            var full = layer.call(x);
            Tensor reduced;
            using (ReducedPrecision.Use(true))
                reduced = layer.call(x);
            Assert.Equal((ScalarType.Float32, ScalarType.BFloat16), (full.dtype, reduced.dtype));
            // bfloat16 has 8 bits: each product is off by up to 2⁻⁸ of itself, and a sum of some dozen of them by no more of its largest
            // value.
            Check.Close(full, reduced, 0, full.abs().max().item<float>() * 3 / 256);
            Assert.False(full.eq(reduced).all().item<bool>());
            Assert.Equal(ScalarType.Float32, layer.call(x).dtype);                              // and back
        }
    }

    /// <summary>The library's own convolutions, and thin layers, do not take part: reduced precision would not make them faster.</summary>
    [Fact]
    public void What_reduced_precision_does_not_make_faster_stays_in_single_precision()
    {
        Assert.SkipWhen(!Kernels.AreSupported || VaeSharp.Native.Processor.HasMatrixUnits, "The processor has no AVX-512, or has AMX.");
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        Layer[] layers = [new Linear(4096, 16), new Convolution(16, 8, 3, 2), new TransposedConvolution(16, 8, 3, 2, (16, 16))];
        foreach (var layer in layers)
        {
            layer.Initialise(noise);
            var x = layer is Linear ? noise.Normal([4, 4096], CPU) : noise.Normal([4, 16, 8, 8], CPU);
            var full = layer.call(x);
            using (ReducedPrecision.Use(true))
                Check.Close(full, layer.call(x), 0, 0);
        }
    }

    /// <summary>Weights and their gradients stay in single precision; losses of both precisions agree to bfloat16's.</summary>
    [Theory, InlineData("mlp"), InlineData("conv")]
    public void Training_in_reduced_precision_has_nearly_the_same_loss_and_gradient(string network)
    {
        using var scope = NewDisposeScope();
        var spec = new VaeSpec
        {
            Network = network == "mlp" ? new MlpSpec() : new ConvSpec { Channels = [4, 8] },
            Condition = new LabelConditionSpec(),
        };
        var full = Pass.Of(spec);
        Pass reduced;
        using (ReducedPrecision.Use(true))
            reduced = Pass.Of(spec);
        Check.Close(full.Loss, reduced.Loss, 1e-2);
        Assert.NotEqual(full.Loss, reduced.Loss);
        Assert.All(reduced.Gradients.Values, gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        // Single sums may cancel and lose all digits; the gradient as a whole is as exact as its products, after a handful of layers.
        var (a, b) = (Whole(reduced), Whole(full));
        Assert.True((a - b).norm().item<float>() <= 0.03 * b.norm().item<float>(),
            $"{(a - b).norm().item<float>()} of {b.norm().item<float>()}");

        static Tensor Whole(Pass pass) =>
            cat([.. pass.Gradients.OrderBy(gradient => gradient.Key).Select(gradient => gradient.Value.flatten())]);
    }

    [Fact]
    public void Reduced_precision_ends_with_its_scope_and_on_its_thread()
    {
        using (ReducedPrecision.Use(true))
        {
            Assert.True(ReducedPrecision.IsActive);
            using (ReducedPrecision.Use(false))
                Assert.False(ReducedPrecision.IsActive);
            Assert.True(ReducedPrecision.IsActive);
            var elsewhere = true;
            var thread = new Thread(() => elsewhere = ReducedPrecision.IsActive);
            thread.Start();
            thread.Join();
            Assert.False(elsewhere);
        }
        Assert.False(ReducedPrecision.IsActive);
    }

    public static TheoryData<Activation> Functions => [.. Enum.GetValues<Activation>()];

    [Theory, MemberData(nameof(Functions))]
    public void Activations_are_their_formulas(Activation activation)
    {
        using var scope = NewDisposeScope();
        var x = linspace(-4, 4, 33, dtype: float64);
        var expected = activation switch
        {
            Activation.Relu => x.data<double>().Select(v => Math.Max(v, 0)),
            Activation.LeakyRelu => x.data<double>().Select(v => v > 0 ? v : 0.2 * v),
            Activation.Elu => x.data<double>().Select(v => v > 0 ? v : Math.Exp(v) - 1),
            Activation.Gelu => x.data<double>().Zip((0.5 * (1 + (x / Math.Sqrt(2)).erf())).data<double>(), (v, phi) => v * phi),
            Activation.Silu => x.data<double>().Select(v => v / (1 + Math.Exp(-v))),
            Activation.Tanh => x.data<double>().Select(Math.Tanh),
            Activation.Sigmoid => x.data<double>().Select(v => 1 / (1 + Math.Exp(-v))),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Write its formula here."),
        };
        Check.Close(tensor(expected.ToArray()), activation.Apply(x), 1e-9, 1e-12);
    }

    /// <summary>The reader of a transposed or sliced batch need not know how its memory lies.</summary>
    [Theory, InlineData("mlp"), InlineData("conv")]
    public void Batches_may_lie_in_memory_in_any_order(string network)
    {
        using var scope = NewDisposeScope();
        var spec = Examples.Shrink(new VaeSpec { Network = network == "mlp" ? new MlpSpec() : new ConvSpec() });
        var x = Examples.Batch().X;
        var strided = x.permute(3, 0, 2, 1).contiguous().permute(1, 3, 2, 0);
        Assert.False(strided.is_contiguous());
        Check.Close(Pass.Of(spec, batch: new Batch(x)).Loss, Pass.Of(spec, batch: new Batch(strided)).Loss);
    }
}
