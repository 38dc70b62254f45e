using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using VaeSharp.Interop;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>
/// Weights of convolutions from a file: <c>0.weight</c> [O, I, k, k] and <c>0.bias</c> [O], <c>2.weight</c> …, by rising numbers.
/// </summary>
/// <remarks>
/// All may have one prefix, as torchvision's <c>features.0.weight</c> have. Of a run's folder the encoder of a conv network is read.
/// Numbers need not follow each other; a bias may be missing; convolutions behind the last that is asked for are not read.
/// </remarks>
internal static partial class FeatureWeights
{
    private const string OfRun = "encoder.convolutions.";

    /// <summary>Fills convolutions. Sizes are compared before anything is read.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file holds other convolutions; the message says which is wanted.</exception>
    public static void Read(string path, IReadOnlyList<FrozenConvolution> convolutions)
    {
        path = Directory.Exists(path) ? Path.Combine(path, "weights.safetensors") : path;
        using var file = SafeTensorsFile.Open(path);
        var found = Named(file, path);
        if (found.Count < convolutions.Count)
        {
            throw InputFile.Refuse(path, $"holds {found.Count} convolutions where {convolutions.Count} are wanted; "
                + "give as many channels, with 0 for a pooling");
        }
        foreach (var (name, convolution) in found.Zip(convolutions))
        {
            var wanted = convolution.Weight.shape;
            // A network for colour sees a grey image as three equal channels.
            var grey = wanted[1] == 1 && file.Find($"{name}.weight")!.Shape is [_, 3, _, _];
            var weight = Values($"{name}.weight", grey ? [wanted[0], 3, wanted[2], wanted[3]] : wanted);
            convolution.Weight.copy_(grey ? weight.sum(1, keepdim: true) : weight);
            if (file.Find($"{name}.bias") is not null)
                convolution.Bias.copy_(Values($"{name}.bias", [wanted[0]]));
            else
                convolution.Bias.zero_();
        }

        Tensor Values(string name, long[] shape)
        {
            var entry = file.Find(name)!;
            if (entry.DType != "F32" || !entry.Shape.SequenceEqual(shape))
            {
                throw InputFile.Refuse(path, $"has '{name}' of {entry.DType} [{string.Join(", ", entry.Shape)}] where "
                    + $"F32 [{string.Join(", ", shape)}] is wanted");
            }
            var values = tensor(MemoryMarshal.Cast<byte, float>(file.Read(name)).ToArray(), shape);
            return values.isfinite().all().item<bool>()
                ? values
                : throw InputFile.Refuse(path, $"has a number in '{name}' that is not finite");
        }
    }

    // The names of its convolutions without ".weight", in the order of the pass.
    private static List<string> Named(SafeTensorsFile file, string path)
    {
        var named = file.Tensors.Where(entry => entry.Shape.Length == 4).Select(entry => Name().Match(entry.Name))
            .Where(match => match.Success).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var prefixes = named.Select(group => group.Key).ToList();
        if (prefixes.Count > 1 && prefixes.Contains(OfRun))
            prefixes = [OfRun];
        if (prefixes.Count != 1)
        {
            throw InputFile.Refuse(path, prefixes.Count == 0
                ? "holds no convolutions named 0.weight, 1.weight …"
                : $"holds convolutions of {prefixes.Count} networks, and it cannot be told which is meant");
        }
        var numbers = named[prefixes[0]].OrderBy(number => long.Parse(number, CultureInfo.InvariantCulture));
        return [.. numbers.Select(number => prefixes[0] + number)];
    }

    [GeneratedRegex(@"^(.*\.)?(\d{1,9})\.weight$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
