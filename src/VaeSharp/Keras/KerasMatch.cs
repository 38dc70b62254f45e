using System.Text.RegularExpressions;
using VaeSharp.Interop;
using VaeSharp.Models;
using VaeSharp.Networks;

namespace VaeSharp.Keras;

/// <summary>Which layer of a file is which layer of a model.</summary>
/// <remarks>
/// Keras names layers by chance (dense_3 in one session is dense_7 in another), so names count only where people give them. Newer files
/// number layers by class, older ones have them in the model's order; both orders are those of the model here.
/// </remarks>
internal sealed class KerasMatch(string path)
{
    /// <summary>Pairs every layer that has weights with the file's.</summary>
    /// <exception cref="InvalidDataException">They are not the same layers; the message names the first that differs.</exception>
    public IReadOnlyList<(KerasAxes Ours, KerasLayer Theirs)> Pair(Architecture architecture, IReadOnlyList<KerasModel> file)
    {
        var models = file.Where(model => model.Layers.Any(HasWeights)).ToList();
        if (models.Count == 1)
            return Pair(Weighted(architecture.Encoder).Concat(Weighted(architecture.Decoder)), models[0]);
        var encoder = models.FirstOrDefault(model => Is(model, "encoder"));
        var decoder = models.FirstOrDefault(model => Is(model, "decoder"));
        if (encoder is null && decoder is null && models.Count == 2)
            (encoder, decoder) = (models[0], models[1]);
        if (encoder is null || decoder is null)
        {
            var names = string.Join(", ", models.Select(model => $"'{model.Name}'"));
            throw Refuse(models.Count == 0
                ? "holds no weights"
                : $"holds {models.Count} models with weights ({names}); an encoder and a decoder are needed");
        }
        return [.. Pair(Weighted(architecture.Encoder), encoder), .. Pair(Weighted(architecture.Decoder), decoder)];
    }

    private List<(KerasAxes Ours, KerasLayer Theirs)> Pair(IEnumerable<KerasAxes> layers, KerasModel model)
    {
        var (ours, theirs) = (layers.ToList(), model.Layers.Where(HasWeights).ToList());
        var pairs = new Dictionary<KerasAxes, KerasLayer>();
        foreach (var layer in ours.Where(layer => IsGiven(layer.Node.Name)))
        {
            if (theirs.FirstOrDefault(other => IsCalled(other.Name, layer.Node.Name)) is { } found)
                pairs[layer] = found;
        }
        var (restOurs, restTheirs) = (ours.Where(layer => !pairs.ContainsKey(layer)).ToList(), theirs.Except(pairs.Values).ToList());
        var classes = restTheirs.All(layer => layer.Class is not null) ? restTheirs.Select(layer => layer.Class).Distinct() : [null];
        foreach (var kind in classes)
        {
            var wanted = restOurs.Where(layer => kind is null || layer.Class == kind).ToList();
            var found = restTheirs.Where(layer => kind is null || layer.Class == kind).ToList();
            foreach (var (layer, other) in wanted.Zip(found))
                pairs[layer] = other;
        }
        foreach (var layer in ours.Where(pairs.ContainsKey))
            Check(layer, pairs[layer]);                                   // before what is missing: it says where they part
        if (theirs.Except(pairs.Values).FirstOrDefault() is { } surplus)
            throw Refuse($"has {Sentence(surplus, model)}, which this model lacks");
        if (ours.FirstOrDefault(layer => !pairs.ContainsKey(layer)) is { } missing)
            throw Refuse($"lacks layer '{missing.Node.Name}' ({missing.Class}, kernel {Text(missing.Shapes[0])}); it has {Names(model)}");
        return [.. ours.Select(layer => (layer, pairs[layer]))];
    }

    private void Check(KerasAxes ours, KerasLayer theirs)
    {
        if (theirs.Weights.Count != 2)
            throw Refuse($"has {theirs.Weights.Count} arrays in layer '{theirs.Name}'; layer '{ours.Node.Name}' wants 2, kernel and bias");
        for (var i = 0; i < 2; i++)
        {
            if (!theirs.Weights[i].Shape.SequenceEqual(ours.Shapes[i]))
            {
                var what = i == 0 ? "kernel" : "bias";
                throw Refuse($"does not fit at layer '{theirs.Name}': its {what} is {Text(theirs.Weights[i].Shape)}, and layer "
                    + $"'{ours.Node.Name}' wants {Text(ours.Shapes[i])}");
            }
        }
    }

    private static IEnumerable<KerasAxes> Weighted(LayerGraph graph) =>
        graph.Nodes.Where(node => node.Module is Layer).Select(node => new KerasAxes(node));

    private static bool HasWeights(KerasLayer layer) => layer.Weights.Count > 0;

    private static bool Is(KerasModel model, string half) => model.Name.Split('/')[^1] == half || model.Class == half;

    /// <summary>Whether a person gave the name: others end in a number.</summary>
    private static bool IsGiven(string name) => !Regex.IsMatch(name, @"^(dense|conv2d|conv2d_transpose)_\d+$");

    /// <summary>Whether a name is another, perhaps with the number that Keras appends where a name is used twice.</summary>
    private static bool IsCalled(string name, string other) => name == other || Regex.IsMatch(name, $@"^{Regex.Escape(other)}_\d+$");

    private static string Sentence(KerasLayer layer, KerasModel model) =>
        $"layer '{layer.Name}'{(model.Name.Length > 0 ? $" in '{model.Name}'" : "")} (kernel {Text(layer.Weights[0].Shape)})";

    private static string Names(KerasModel model) =>
        string.Join(", ", model.Layers.Where(HasWeights).Take(20).Select(layer => $"'{layer.Name}'"));

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    private InvalidDataException Refuse(string what) => InputFile.Refuse(path, what);
}
