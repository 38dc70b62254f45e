using System.Text;
using VaeSharp.Interop;
using VaeSharp.Keras;

namespace VaeSharp.Training;

/// <summary>Writes a run for Keras: weights in both layouts, and the program that builds the model.</summary>
internal sealed class KerasExport(Run run, string folder)
{
    private const int Values = 8;

    /// <summary>Writes the files and gives their paths.</summary>
    public IReadOnlyList<string> Write()
    {
        var (name, architecture) = (Identifier(run.Experiment.Name), run.Architecture);
        KerasFiles.CheckForm(architecture);
        Directory.CreateDirectory(folder);
        string[] files = [.. new[] { ".weights.h5", ".h5", ".py" }.Select(ending => Path.Combine(folder, name + ending))];
        run.SaveKeras(files[0]);
        run.SaveKeras(files[1]);
        var script = new KerasScript(name, architecture, Check()).Write();
        AtomicFile.Write(files[2], stream => stream.Write(Encoding.UTF8.GetBytes(script)));
        return files;
    }

    private KerasCheck Check()
    {
        var (data, size) = (run.Data, checked((int)run.Data.Size));
        var (low, high) = data.IsBounded ? (data.Low, data.High) : (0, 1);
        var x = new float[size];
        for (var i = 0; i < size; i++)
            x[PlaceHere(i)] = (float)(low + (high - low) * (37L * i % 101 / 100.0));
        float[] code = [.. Enumerable.Range(0, (int)run.Latent.Size).Select(i => i % 2 == 0 ? 0.5f : -0.5f)];
        int[] label = run.NeedsLabels ? [0] : [];
        var decoded = run.Decode(code, label);
        long[] places = [.. Enumerable.Range(0, Math.Min(Values, size)).Select(i => (2L * i + 1) * size / (2 * Math.Min(Values, size)))];
        return new KerasCheck(low, high, run.Encode(x, label), code, places, [.. places.Select(place => decoded[PlaceHere(place)])]);
    }

    /// <summary>The place here, channels first, of an element that Keras counts channels last.</summary>
    private long PlaceHere(long place) => run.Data.Shape is [var channels, var height, var width]
        ? place % channels * height * width + place / channels
        : place;

    private static string Identifier(string name)
    {
        var letters = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return char.IsAsciiDigit(letters[0]) ? $"_{letters}" : letters;
    }
}
