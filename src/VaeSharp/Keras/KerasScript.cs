using System.Globalization;
using System.Text;
using VaeSharp.Models;
using VaeSharp.Networks;

namespace VaeSharp.Keras;

/// <summary>A Python program that builds a model in Keras 3, layer by layer, and loads its weights.</summary>
internal sealed class KerasScript(string name, Architecture architecture, KerasCheck check)
{
    /// <summary>The program's text.</summary>
    public string Write()
    {
        var (encoder, decoder) = (architecture.Encoder, architecture.Decoder);
        var inputs = encoder.Inputs.Select(input => input.Name).ToList();
        var code = decoder.Inputs[0];
        var text = new StringBuilder();
        text.Append(Head());
        if (encoder.Nodes.Any(node => node.Type == LayerType.Sampling))
            text.Append(Sampling);
        foreach (var node in encoder.Nodes)
            text.Append($"{node.Name} = {Layer(node)}\n");
        text.Append($"encoder = keras.Model({List(inputs)}, {List(encoder.Outputs.Select(node => node.Name))}, name=\"encoder\")\n\n");
        foreach (var node in decoder.Nodes.Where(node => !inputs.Contains(node.Name)))
            text.Append($"{node.Name} = {Layer(node)}\n");
        var codes = List(decoder.Inputs.Select(node => node.Name));
        text.Append($"decoder = keras.Model({codes}, {decoder.Outputs[0].Name}, name=\"decoder\")\n\n");
        var drawn = $"encoder({List(inputs)}){(encoder.Outputs.Count > 1 ? $"[{encoder.Outputs.Count - 1}]" : "")}";
        var told = decoder.Inputs.Select(node => node == code ? drawn : node.Name);
        text.Append($"vae = keras.Model({List(inputs)}, decoder({List(told)}), name=\"{name}\")\n");
        text.Append($"vae.load_weights(Path(__file__).with_name(\"{name}.weights.h5\"))\n");
        text.Append(Main(inputs.Count > 1));
        return text.ToString();
    }

    private string Head()
    {
        var input = architecture.Encoder.Inputs[0];
        var lines = new List<string>
        {
            $"\"\"\"{name}: encoder, decoder and their weights, in Keras 3.",
            "",
            $"    python {name}.py                               prints the model, and checks its weights",
            $"    from {name} import encoder, decoder, vae       for your own program",
            "",
            (input.Shape.Count, input.Grid) switch
            {
                (3, _) => $"Images are channels last, [N, {string.Join(", ", ChannelsLast(input.Shape))}].",
                (_, { } grid) => $"Images are channels last, [N, {string.Join(", ", ChannelsLast(grid))}], flattened to [N, {input.Size}].",
                _ => $"Examples are [N, {input.Size}].",
            },
        };
        if (architecture.Encoder.Inputs.Count > 1)
            lines.Add($"Labels are one-hot vectors: [N, {architecture.Encoder.Inputs[1].Size}].");
        if (architecture.Decoder.Nodes.Any(node => node.Type == LayerType.TransposedConvolution))
        {
            lines.Add("");
            lines.Add("Keras's torch backend shifted the output of Conv2DTranspose by one pixel until it was mended in May 2026:");
            lines.Add("with an older Keras use another backend (KERAS_BACKEND=jax or tensorflow). The check below finds it out.");
        }
        lines.Add("");
        lines.Add("Written by VaeSharp.");
        lines.Add("\"\"\"");
        lines.Add("");
        lines.Add("from pathlib import Path");
        lines.Add("");
        lines.Add("import keras");
        lines.Add("import numpy as np");
        lines.Add("from keras import layers, ops");
        return string.Join("\n", lines) + "\n\n";
    }

    private const string Sampling = """

        class Sampling(layers.Layer):
            "A draw z = mean + exp(log_var / 2) * epsilon."

            def __init__(self, **options):
                super().__init__(**options)
                self.seed_generator = keras.random.SeedGenerator()

            def call(self, inputs):
                mean, log_var = inputs
                epsilon = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
                return mean + ops.exp(0.5 * log_var) * epsilon


        """;

    private string Main(bool told) => $$"""


        def check():
            "Compares with numbers that VaeSharp computed from the same weights."
            x = {{Number(check.Low)}} + {{Number(check.High - check.Low)}} * ((37 * np.arange({{Input.Size}})) % 101 / 100)
            x = x.reshape({{Tuple(["1", .. InputShape(Input)])}}).astype("float32")
            z = np.array([[{{Numbers(check.Code)}}]], dtype="float32")
        {{(told ? Label : "")}}    codes = encoder({{(told ? "[x, label]" : "x")}})
            mean = ops.convert_to_numpy(codes[0] if isinstance(codes, (list, tuple)) else codes)
            image = ops.convert_to_numpy(decoder({{(told ? "[z, label]" : "z")}})).reshape(-1)
            np.testing.assert_allclose(mean[0], [{{Numbers(check.Mean)}}], rtol=1e-3, atol=1e-4)
            np.testing.assert_allclose(image[[{{string.Join(", ", check.Places)}}]], [{{Numbers(check.Values)}}], rtol=1e-3, atol=1e-4)
            print("The weights give the same numbers as in VaeSharp.")


        if __name__ == "__main__":
            encoder.summary()
            decoder.summary()
            vae.summary()
            check()

        """;

    private LayerNode Input => architecture.Encoder.Inputs[0];

    private string Label => $"    label = np.eye({architecture.Encoder.Inputs[1].Size}, dtype=\"float32\")[:1]\n";

    private static string Layer(LayerNode node)
    {
        var inputs = node.Inputs.Count == 1 ? node.Inputs[0].Name : List(node.Inputs.Select(input => input.Name));
        var function = node.Activation.Length > 0 ? $", activation=\"{node.Activation}\"" : "";
        return node.Type switch
        {
            LayerType.Input => $"keras.Input({Tuple(InputShape(node))}, name=\"{node.Name}\")",
            LayerType.Dense => Call("Dense", $"{node.Size}{function}, "),
            LayerType.Convolution => Call("Conv2D", Convolution()),
            LayerType.TransposedConvolution => Call("Conv2DTranspose", Convolution()),
            LayerType.Cropping => Call("Cropping2D", $"((0, {Cut(1)}), (0, {Cut(2)})), "),
            LayerType.Flatten => Call("Flatten", ""),
            LayerType.Reshape => Call("Reshape", $"{Tuple(InputShape(node))}, "),
            LayerType.Concatenate => Call("Concatenate", ""),
            LayerType.Sum => Call("Add", ""),
            LayerType.Product => Call("Multiply", ""),
            LayerType.Activation => Call("Activation", $"\"{node.Activation}\", "),
            LayerType.Rescaling => Call("Rescaling", $"{Number(node.Rescaling.Scale)}, offset={Number(node.Rescaling.Offset)}, "),
            LayerType.Sampling => $"Sampling(name=\"{node.Name}\")({inputs})",
            _ => throw new NotSupportedException($"Keras has no layer like '{node.Name}' ({node.TypeName})."),
        };

        string Call(string type, string arguments) => $"layers.{type}({arguments}name=\"{node.Name}\")({inputs})";

        string Convolution() => $"{node.Shape[0]}, {node.Kernel}, strides={node.Stride}, padding=\"same\"{function}, ";

        long Cut(int dimension) => node.Inputs[0].Shape[dimension] - node.Shape[dimension];
    }

    private static IEnumerable<string> InputShape(LayerNode node) => ChannelsLast(node.Shape);

    private static IEnumerable<string> ChannelsLast(IReadOnlyList<long> shape) =>
        (shape is [var channels, var height, var width] ? [height, width, channels] : shape).Select(size => $"{size}");

    private static string Tuple(IEnumerable<string> items) =>
        items.ToList() is var list && list.Count == 1 ? $"({list[0]},)" : $"({string.Join(", ", list)})";

    private static string List(IEnumerable<string> items) =>
        items.ToList() is var list && list.Count == 1 ? list[0] : $"[{string.Join(", ", list)}]";

    private static string Numbers(IEnumerable<float> values) => string.Join(", ", values.Select(value => Number(value)));

    private static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Numbers by which another program finds out that it has the same model.</summary>
/// <param name="Low">The least value of an element of x.</param>
/// <param name="High">The largest value of an element of x.</param>
/// <param name="Mean">
/// The code's mean for x = low + (high − low) · (37 i mod 101)/100, i counting elements channels last, and the first label.
/// </param>
/// <param name="Code">A code.</param>
/// <param name="Places">Elements of what it decodes to, counted channels last.</param>
/// <param name="Values">Their values.</param>
internal sealed record KerasCheck(double Low, double High, float[] Mean, float[] Code, long[] Places, float[] Values);
