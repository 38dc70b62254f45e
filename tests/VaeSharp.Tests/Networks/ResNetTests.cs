using VaeSharp.Models;
using VaeSharp.Networks;

namespace VaeSharp.Tests.Networks;

public sealed class ResNetTests
{
    private static readonly DataSpec Data = new(3, 13, 10);

    /// <summary>With its branch at zero a block gives back what comes in, to the bit: the shortcut carries it.</summary>
    [Fact]
    public void A_block_starts_as_the_identity()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var block = Assert.Single(new ResNetSpec { Channels = [8], Blocks = 1 }.Encoder([3, 9, 6]).modules().OfType<ResidualBlock>());
        block.Initialise(noise);
        var h = noise.Normal([2, 8, 9, 6], CPU);
        Check.Close(h, block.call(h), 0, 0);
        PlainNet.Drawn(block);
        Assert.False(h.eq(block.call(h)).any().item<bool>());
    }

    /// <summary>
    /// A network of any depth starts as the conv network with the same channels, to the bit: nothing grows or fades with its depth, though
    /// nothing is normalised.
    /// </summary>
    [Theory, InlineData(1), InlineData(3), InlineData(40)]
    public void It_starts_as_the_conv_network(int blocks)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var conv = new ConvSpec { Channels = [8, 16], Hidden = 5 };
        var resnet = new ResNetSpec { Channels = [8, 16], Hidden = 5, Blocks = blocks };
        var (from, to) = (conv.Encoder([.. Data.Shape]), resnet.Encoder([.. Data.Shape]));
        var (fromDecoder, toDecoder) = (conv.Decoder(3, 2, Data), resnet.Decoder(3, 2, Data));
        foreach (var module in (nn.Module[])[from, to, fromDecoder, toDecoder])
            module.Initialise(noise);
        Copy(from, to, name => name.Replace("convolutions.1", $"layers.{blocks + 1}").Replace("convolutions.0", "layers.0"));
        Copy(fromDecoder, toDecoder, name => name.Replace("hidden", "hidden.0")
            .Replace("convolutions.1", $"layers.{2 * blocks + 1}").Replace("convolutions.0", $"layers.{blocks}"));
        var (x, z) = (noise.Uniform([4, .. Data.Shape], CPU), noise.Normal([4, 3], CPU));
        Check.Close(from.call(x), to.call(x), 0, 0);
        Check.Close(fromDecoder.call(z), toDecoder.call(z), 0, 0);

        static void Copy(nn.Module from, nn.Module to, Func<string, string> rename)
        {
            using var frozen = no_grad();
            var targets = to.state_dict();
            foreach (var (name, value) in from.state_dict())
                targets[rename(name)].copy_(value);
        }
    }

    /// <summary>The whole pass, of odd sizes and colour, against torch's functions in double precision.</summary>
    [Theory, InlineData(3), InlineData(4)]
    public void It_computes_what_torch_does(int kernel)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var spec = new ResNetSpec { Channels = [8, 11], Hidden = 5, Blocks = 2, Kernel = kernel };
        var (encoder, decoder) = (PlainNet.Drawn(spec.Encoder([.. Data.Shape])), PlainNet.Drawn(spec.Decoder(3, 2, Data), seed: 2));

        var x = noise.Uniform([4, .. Data.Shape], CPU);
        var (plain, h) = (new PlainNet(encoder), x.to_type(float64));
        for (var stage = 0; stage < 2; stage++)
        {
            h = plain.Same(h, $"layers.{3 * stage}", 2).relu();
            for (var block = 3 * stage + 1; block < 3 * stage + 3; block++)
                h += plain.Same(plain.Same(h, $"layers.{block}.first", 1).relu(), $"layers.{block}.second", 1);
        }
        Check.Close(plain.Dense(h.flatten(1), "hidden").relu(), encoder.call(x), 1e-4, 1e-4);

        var z = noise.Normal([4, 3], CPU);
        (plain, h) = (new PlainNet(decoder), z.to_type(float64));
        h = plain.Dense(h, "hidden.0").relu().view(4, 11, 4, 3);
        var before = Math.Max(kernel - 2, 0) / 2;
        foreach (var (stage, height, width) in ((int, long, long)[])[(0, 7, 5), (1, 13, 10)])
        {
            for (var block = 3 * stage; block < 3 * stage + 2; block++)
                h += plain.Same(plain.Same(h, $"layers.{block}.first", 1).relu(), $"layers.{block}.second", 1);
            h = plain.Up(h, $"layers.{3 * stage + 2}", 2, before, height, width).relu();
        }
        var y = plain.Up(h, "output", 1, (kernel - 1) / 2, 13, 10).view(4, 2, 3, 13, 10);
        Check.Close(y, decoder.call(z), 1e-4, 1e-4 * y.abs().max().item<double>());
    }
}
