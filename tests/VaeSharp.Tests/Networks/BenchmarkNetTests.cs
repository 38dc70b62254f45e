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
    [InlineData("pythae-conv:images=cifar", 16,
        48 * 128 + 128 + 256 + 128 * 256 * 16 + 256 + 512 + 256 * 512 * 16 + 512 + 1024 + 512 * 1024 * 16 + 1024 + 2048
            + 2 * (4096 * 16 + 16),
        17 * 65_536 + 1024 * 512 * 16 + 512 + 1024 + 512 * 256 * 16 + 256 + 512 + 256 * 48 + 3)]
    [InlineData("pythae-conv:images=celeba", 16,
        48 * 128 + 128 + 256 + 128 * 256 * 16 + 256 + 512 + 256 * 512 * 16 + 512 + 1024 + 512 * 1024 * 16 + 1024 + 2048
            + 2 * (16_384 * 16 + 16),
        17 * 65_536 + 1024 * 512 * 25 + 512 + 1024 + 512 * 256 * 25 + 256 + 512 + 256 * 128 * 25 + 128 + 256 + 128 * 75 + 3)]
    [InlineData("pythae-resnet:images=cifar", 16,
        48 * 64 + 64 + 64 * 128 * 16 + 128 + 128 * 128 * 9 + 128 + 2 * (128 * 32 * 9 + 32 + 32 * 128 + 128) + 2 * (8192 * 16 + 16),
        17 * 8192 + 2 * (128 * 32 * 9 + 32 + 32 * 128 + 128) + 128 * 64 * 16 + 64 + 64 * 48 + 3)]
    [InlineData("pythae-resnet:images=celeba", 16,
        48 * 64 + 64 + 64 * 128 * 16 + 128 + 2 * (128 * 128 * 9 + 128) + 2 * (128 * 32 * 9 + 32 + 32 * 128 + 128) + 2 * (2048 * 16 + 16),
        17 * 2048 + 128 * 128 * 9 + 128 + 2 * (128 * 32 * 9 + 32 + 32 * 128 + 128) + 128 * 128 * 25 + 128 + 128 * 64 * 25 + 64
            + 64 * 48 + 3)]
    [InlineData("disentanglement-lib-conv", 10,
        544 + 16_416 + 8_256 + 16_448 + 262_400 + 5_140, 2_816 + 263_168 + 65_600 + 32_800 + 16_416 + 513)]
    public void They_have_the_published_number_of_parameters(string name, int latent, long encoder, long decoder)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var data = name.Split('=')[^1] switch
        {
            "cifar" => new DataSpec(3, 32, 32),
            "celeba" => new DataSpec(3, 64, 64),
            "disentanglement-lib-conv" => new DataSpec(1, 64, 64),
            _ => Digits,
        };
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
        Near(PythaeBlocks(plain, h, 3).flatten(1), encoder.call(x));

        var z = noise.Normal([6, 3], CPU);
        (plain, h) = (new PlainNet(decoder), z.to_type(float64));
        h = plain.TorchUp(plain.Dense(h, "hidden.0").view(6, 16, 4, 4), "layers.0", 2, 1, 0);
        h = plain.TorchUp(PythaeBlocks(plain, h, 1).relu(), "layers.4", 2, 1, 1).relu();
        Near(plain.TorchUp(h, "output", 2, 1, 1).unsqueeze(1), decoder.call(z));
    }

    /// <summary>
    /// Pythae's decoders for CIFAR and CelebA: kernel, stride, padding and output padding of each layer, as they are printed.
    /// </summary>
    [Theory, InlineData(PythaeImages.Cifar, 32), InlineData(PythaeImages.Celeba, 64)]
    public void The_convolutional_decoders_of_colour_images_are_Pythaes(PythaeImages images, int side)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var spec = new PythaeConvSpec { Images = images, Channels = [8, 9, 10, 16] };
        var decoder = PlainNet.Drawn(spec.Decoder(3, 1, new DataSpec(3, side, side)), seed: 2);
        (long Stride, long Padding, long More)[] layers = images == PythaeImages.Cifar
            ? [(2, 1, 0), (2, 1, 1), (1, 2, 0)]
            : [(2, 2, 0), (2, 1, 0), (2, 2, 1), (1, 1, 0)];
        var z = noise.Normal([6, 3], CPU);
        var (plain, h) = (new PlainNet(decoder), z.to_type(float64));
        h = plain.Dense(h, "hidden.0").view(6, 16, 8, 8);
        for (var i = 0; i < layers.Length - 1; i++)
            h = plain.Normalised(plain.TorchUp(h, $"layers.{2 * i}", layers[i].Stride, layers[i].Padding, layers[i].More),
                $"layers.{2 * i + 1}", false).relu();
        h = plain.TorchUp(h, "output", layers[^1].Stride, layers[^1].Padding, layers[^1].More);
        Assert.Equal([6, 3, side, side], h.shape);
        Near(h.unsqueeze(1), decoder.call(z));
    }

    [Fact]
    public void The_residual_networks_of_colour_images_are_Pythaes()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        foreach (var (images, side) in ((PythaeImages, int)[])[(PythaeImages.Cifar, 32), (PythaeImages.Celeba, 64)])
        {
            var (spec, cifar) = (new PythaeResNetSpec { Images = images, Channels = [8, 9, 16], Width = 11 }, images == PythaeImages.Cifar);
            var encoder = PlainNet.Drawn(spec.Encoder([3, side, side]));
            var decoder = PlainNet.Drawn(spec.Decoder(3, 1, new DataSpec(3, side, side)), seed: 2);
            var x = noise.Uniform([2, 3, side, side], CPU);
            var (plain, h) = (new PlainNet(encoder), x.to_type(float64));
            for (var i = 0; i < (cifar ? 3 : 4); i++)
                h = plain.Conv(h, $"layers.{i}", cifar && i == 2 ? 1 : 2, 1);
            Near(PythaeBlocks(plain, h, cifar ? 3 : 4).flatten(1), encoder.call(x));

            var z = noise.Normal([2, 3], CPU);
            (plain, h) = (new PlainNet(decoder), z.to_type(float64));
            h = plain.Dense(h, "hidden.0");
            if (cifar)
            {
                h = plain.TorchUp(PythaeBlocks(plain, h.view(2, 9, 8, 8), 0), "layers.2", 2, 1, 0);
            }
            else
            {
                h = plain.TorchUp(h.view(2, 16, 4, 4), "layers.0", 2, 1, 0);
                h = plain.TorchUp(PythaeBlocks(plain, h, 1), "layers.3", 2, 1, 0).sigmoid();
                h = plain.TorchUp(h, "layers.4", 2, 1, 1);
            }
            Near(plain.TorchUp(h, "output", 2, 1, 0).unsqueeze(1), decoder.call(z));
        }
    }

    private static Tensor PythaeBlocks(PlainNet plain, Tensor h, int first)
    {
        for (var i = first; i < first + 2; i++)
            h += plain.Conv(plain.Conv(h.relu(), $"layers.{i}.first", 1, 1).relu(), $"layers.{i}.second", 1, 0);
        return h;
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

    // A name, and of Pythae's networks which: pythae-conv:images=cifar.
    private static NetworkSpec Named(string name)
    {
        var words = name.Split(":images=");
        var images = words.Length > 1 ? Enum.Parse<PythaeImages>(words[1], ignoreCase: true) : PythaeImages.Mnist;
        return Catalogue.Of(typeof(NetworkSpec)).Single(part => part.Name == words[0]).Default switch
        {
            PythaeConvSpec network => network with { Images = images },
            PythaeResNetSpec network => network with { Images = images },
            var network => (NetworkSpec)network,
        };
    }

    private static void Near(Tensor expected, Tensor found) =>
        Check.Close(expected, found, 1e-4, 1e-4 * expected.abs().max().item<double>());
}
