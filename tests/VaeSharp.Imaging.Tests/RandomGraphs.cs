using VaeSharp.Networks;
using static TorchSharp.torch;

namespace VaeSharp.Imaging.Tests;

/// <summary>Graphs of layers that nobody would build: what a drawing must cope with.</summary>
internal static class RandomGraphs
{
    /// <summary>A graph whose layers take one to three earlier ones, near or far. Names are long and short, some layers loose.</summary>
    public static LayerGraph Make(int seed, int layers, LayerGraph? before = null)
    {
        var random = new Random(seed);
        var graph = new LayerGraph(before is null ? "encoder" : "decoder", before);
        var told = random.Next(1, 4);
        for (var i = 0; i < Math.Min(told, layers); i++)
            graph.Input($"{graph.Name}_input_{i}", random.Next(2) == 0 ? [random.Next(1, 5_000)] : [3, random.Next(1, 99), 64]);
        while (graph.Nodes.Count < layers)
        {
            var inputs = Enumerable.Range(0, random.Next(1, 4)).Select(_ => graph.Nodes[Near(graph.Nodes.Count)])
                .Where(node => node.Shape.Count > 0).Distinct().ToArray();
            var name = string.Concat(Enumerable.Repeat("LongNameOfALayer", random.Next(1, 5)));
            if (inputs.Length == 0)
                continue;
            _ = random.Next(6) switch
            {
                0 => graph.Other(new Named(name), [random.Next(1, 9_999)], inputs),
                1 => graph.Reshape(inputs[0], [random.Next(1, 512), random.Next(1, 64), random.Next(1, 64)]),
                2 => graph.Activate(graph.Flatten(inputs[0]), "softplus"),
                3 => graph.Rescale(inputs[0], 2, -1),
                4 => graph.Other(new Named("Loose"), []),
                _ => graph.Concatenate(inputs),
            };
        }
        graph.End(graph.Nodes[^1]);
        return graph;

        int Near(int count) => random.Next(3) > 0 ? random.Next(Math.Max(0, count - 3), count) : random.Next(count);
    }

    private sealed class Named(string name) : nn.Module(name);
}
