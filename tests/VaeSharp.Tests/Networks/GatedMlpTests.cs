using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Networks;

public sealed class GatedMlpTests
{
    /// <summary>h = (A x + b) ⊙ σ(C x + d), in plain loops, layer behind layer.</summary>
    [Fact]
    public void A_layer_is_its_value_times_its_gate()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var encoder = PlainNet.Drawn(new GatedMlpSpec { Hidden = [7, 5] }.Encoder([6]));
        Assert.Equal(5, encoder.Features);
        var weights = encoder.state_dict().ToDictionary(pair => pair.Key,
            pair => pair.Value.to_type(float64).contiguous().data<double>().ToArray());
        var x = noise.Normal([3, 6], CPU);
        var found = encoder.call(x);
        for (var n = 0; n < 3; n++)
        {
            var h = x[n].to_type(float64).data<double>().ToArray();
            foreach (var layer in (int[])[0, 1])
            {
                var (value, gate) = (Affine(h, $"layers.{layer}.value"), Affine(h, $"layers.{layer}.gate"));
                h = [.. value.Zip(gate, (v, g) => v / (1 + Math.Exp(-g)))];
            }
            Check.Close(tensor(h), found[n], 1e-5, 1e-6);
        }

        double[] Affine(double[] h, string name) => [.. weights[$"{name}.bias"].Select((bias, i) =>
            bias + h.Select((value, j) => weights[$"{name}.weight"][i * h.Length + j] * value).Sum())];
    }

    /// <summary>
    /// Two layers of 300 before and behind 40 units, as in the paper: its encoder has 4 matrices with biases and two heads, its decoder the
    /// same and one of 784.
    /// </summary>
    [Fact]
    public void It_has_as_many_parameters_as_the_VampPriors_network()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var model = new VaeSpec { Latent = 40, Network = new GatedMlpSpec() }.Build(new DataSpec(1, 28, 28), noise);
        Assert.Equal(2 * (784 * 300 + 300 + 300 * 300 + 300) + 2 * (300 * 40 + 40), Count(Side.Inference));
        Assert.Equal(2 * (40 * 300 + 300 + 300 * 300 + 300) + 300 * 784 + 784, Count(Side.Generation));
        var layers = model.Describe();
        Assert.Equal(Count(Side.Inference), layers.Encoder.Parameters);
        Assert.Equal(Count(Side.Generation), layers.Decoder.Parameters);
        Assert.Equal(4, layers.Encoder.Nodes.Concat(layers.Decoder.Nodes).Count(node => node.Type == LayerType.Product));

        long Count(Side side) => model.Side(side).SelectMany(module => module.parameters()).Sum(parameter => parameter.numel());
    }
}
