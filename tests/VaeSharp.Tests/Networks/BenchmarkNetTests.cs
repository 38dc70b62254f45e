using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Networks;

/// <summary>The networks that published numbers belong to, layer by layer against torch's functions in double precision.</summary>
public sealed class BenchmarkNetTests
{
    private static readonly DataSpec Digits = new(1, 28, 28);

    /// <summary>
    /// Counted by hand from the printed layers of Pythae's modules with 16 units, and from disentanglement_lib's table with 10.
    /// </summary>
    [Theory]
    [InlineData("mlp", 16, 784 * 512 + 512 + 2 * (512 * 16 + 16), 16 * 512 + 512 + 512 * 784 + 784)]
    [InlineData("pythae-conv", 16,
        16 * 128 + 128 + 256 + 128 * 256 * 16 + 256 + 512 + 256 * 512 * 16 + 512 + 1024 + 512 * 1024 * 16 + 1024 + 2048
            + 2 * (1024 * 16 + 16),
        16 * 16384 + 16384 + 1024 * 512 * 9 + 512 + 1024 + 512 * 256 * 9 + 256 + 512 + 256 * 9 + 1)]
    [InlineData("pythae-resnet", 16,
        16 * 64 + 64 + 64 * 128 * 16 + 128 + 128 * 128 * 9 + 128 + 2 * (128 * 32 * 9 + 32 + 32 * 128 + 128) + 2 * (2048 * 16 + 16),
        16 * 2048 + 2048 + 128 * 128 * 9 + 128 + 2 * (128 * 32 * 9 + 32 + 32 * 128 + 128) + 128 * 64 * 9 + 64 + 64 * 9 + 1)]
    [InlineData("disentanglement-lib-conv", 10,
        544 + 16_416 + 8_256 + 16_448 + 262_400 + 5_140, 2_816 + 263_168 + 65_600 + 32_800 + 16_416 + 513)]
    public void They_have_the_published_number_of_parameters(string name, int latent, long encoder, long decoder)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var data = name.StartsWith('d') ? new DataSpec(1, 64, 64) : Digits;
        var model = new VaeSpec { Latent = latent, Network = Named(name) }.Build(data, noise);
        Assert.Equal((encoder, decoder), (Count(Side.Inference), Count(Side.Generation)));
        Assert.Equal((encoder, decoder), (model.Describe().Encoder.Parameters, model.Describe().Decoder.Parameters));

        long Count(Side side) => model.Side(side).SelectMany(module => module.parameters()).Sum(parameter => parameter.numel());
    }

    /// <summary>Pythae's convolutional networks for MNIST, outside of training and in it.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void The_convolutional_networks_are_Pythaes(bool training)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = new PythaeConvSpec { Channels = [8, 9, 10, 16] };
        var (encoder, decoder) = (PlainNet.Drawn(spec.Encoder([1, 28, 28])), PlainNet.Drawn(spec.Decoder(3, 1, Digits), seed: 2));
        using var pass = BatchStatistics.Use(training ? new() : null);

        var x = noise.Uniform([6, 1, 28, 28], CPU);
        var (plain, h) = (new PlainNet(encoder), x.to_type(float64));
        for (var i = 0; i < 4; i++)
            h = plain.Normalised(plain.Conv(h, $"layers.{2 * i}", 2, 1), $"layers.{2 * i + 1}", training).relu();
        Assert.Equal([6, 16, 1, 1], h.shape);
        Near(h.flatten(1), encoder.call(x));

        var z = noise.Normal([6, 3], CPU);
        (plain, h) = (new PlainNet(decoder), z.to_type(float64));
        h = plain.Dense(h, "hidden.0").view(6, 16, 4, 4);
        h = plain.Normalised(plain.TorchUp(h, "layers.0", 2, 1, 0), "layers.1", training).relu();
        h = plain.Normalised(plain.TorchUp(h, "layers.2", 2, 1, 1), "layers.3", training).relu();
        Near(plain.TorchUp(h, "output", 2, 1, 1).unsqueeze(1), decoder.call(z));
    }

    [Fact]
    public void The_residual_networks_are_Pythaes()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = new PythaeResNetSpec { Channels = [8, 9, 16], Width = 11 };
        var (encoder, decoder) = (PlainNet.Drawn(spec.Encoder([1, 28, 28])), PlainNet.Drawn(spec.Decoder(3, 1, Digits), seed: 2));

        var x = noise.Uniform([6, 1, 28, 28], CPU);
        var (plain, h) = (new PlainNet(encoder), x.to_type(float64));
        for (var i = 0; i < 3; i++)
            h = plain.Conv(h, $"layers.{i}", 2, 1);
        Near(Blocks(h, 3).flatten(1), encoder.call(x));

        var z = noise.Normal([6, 3], CPU);
        (plain, h) = (new PlainNet(decoder), z.to_type(float64));
        h = plain.TorchUp(plain.Dense(h, "hidden.0").view(6, 16, 4, 4), "layers.0", 2, 1, 0);
        h = plain.TorchUp(Blocks(h, 1).relu(), "layers.4", 2, 1, 1).relu();
        Near(plain.TorchUp(h, "output", 2, 1, 1).unsqueeze(1), decoder.call(z));

        Tensor Blocks(Tensor h, int first)
        {
            for (var i = first; i < first + 2; i++)
                h += plain.Conv(plain.Conv(h.relu(), $"layers.{i}.first", 1, 1).relu(), $"layers.{i}.second", 1, 0);
            return h;
        }
    }

    [Fact]
    public void The_networks_of_disentanglement_lib_are_its()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (spec, data) = (new DisentanglementLibSpec(), new DataSpec(3, 64, 64));
        var (encoder, decoder) = (PlainNet.Drawn(spec.Encoder([3, 64, 64])), PlainNet.Drawn(spec.Decoder(3, 1, data), seed: 2));

        var x = noise.Uniform([2, 3, 64, 64], CPU);
        var (plain, h) = (new PlainNet(encoder), x.to_type(float64));
        for (var i = 0; i < 4; i++)
            h = plain.Same(h, $"layers.{i}", 2).relu();
        Assert.Equal([2, 64, 4, 4], h.shape);
        Near(plain.Dense(h.flatten(1), "hidden").relu(), encoder.call(x));

        var z = noise.Normal([2, 3], CPU);
        (plain, h) = (new PlainNet(decoder), z.to_type(float64));
        h = plain.Dense(plain.Dense(h, "hidden.0").relu(), "hidden.1").relu().view(2, 64, 4, 4);
        for (var i = 0; i < 3; i++)
            h = plain.Up(h, $"layers.{i}", 2, 1, 8 << i, 8 << i).relu();
        Near(plain.Up(h, "output", 2, 1, 64, 64).unsqueeze(1), decoder.call(z));
    }

    public static MatrixTheoryData<string, int, int> Sizes => new(["resnet", "pythae-conv", "pythae-resnet", "disentanglement-lib-conv"],
        [8, 9, 11, 13, 16, 21, 28, 37, 64, 127, 128], [1, 3]);

    /// <summary>
    /// Images of any size go in and come out, and no border is left out: with positive weights every unit is alive, and every pixel is read
    /// and drawn.
    /// </summary>
    [Theory, MemberData(nameof(Sizes))]
    public void Images_of_any_size_are_read_and_drawn_to_their_borders(string name, int side, int channels)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var data = new DataSpec(channels, side, side < 128 ? side + 5 : 8);
        var spec = Examples.Shrink(new VaeSpec { Network = Named(name) }).Network;
        var (encoder, decoder) = (Positive(spec.Encoder([.. data.Shape])), Positive(spec.Decoder(3, 2, data)));
        var x = noise.Uniform([2, .. data.Shape], CPU).requires_grad_();
        var features = encoder.call(x);
        Assert.Equal([2, encoder.Features], features.shape);
        features.sum().backward();
        Assert.True(x.grad!.min().item<float>() > 0);
        var y = decoder.call(ones(2, 3));
        Assert.Equal([2, 2, .. data.Shape], y.shape);
        Assert.True(y.min().item<float>() > 0);

        static T Positive<T>(T module) where T : nn.Module
        {
            using var frozen = no_grad();
            PlainNet.Drawn(module);
            foreach (var (name, value) in module.state_dict())
                value.copy_(name.EndsWith("mean", StringComparison.Ordinal) ? zeros_like(value) : 0.1 + value.abs());
            return module;
        }
    }

    private static NetworkSpec Named(string name) =>
        (NetworkSpec)Catalogue.Of(typeof(NetworkSpec)).Single(part => part.Name == name).Default;

    private static void Near(Tensor expected, Tensor found) =>
        Check.Close(expected, found, 1e-4, 1e-4 * expected.abs().max().item<double>());
}
