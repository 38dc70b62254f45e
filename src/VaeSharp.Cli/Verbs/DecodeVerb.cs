using System.CommandLine;
using VaeSharp.Interop;

namespace VaeSharp.Cli.Verbs;

/// <summary>Writes what codes decode to.</summary>
internal sealed class DecodeVerb : Verb
{
    private readonly Argument<string> run = CommonOptions.Run();
    private readonly Option<string> data = CommonOptions.Text("--data", "FILE",
        "The codes: an .npz file with the array z [N, Z] (or mean, as 'vae encode' writes it), and labels [N] for models that are told "
            + "one; or a .npy file of z.");

    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<string> output = CommonOptions.Out("A .npy array [N, C, H, W] of single-precision numbers, or a .png picture.");

    public DecodeVerb() : base("decode", "Decode codes into examples: the mean of p(x|z).")
    {
        Add(run);
        Group("Options", data, output, device);
    }

    public override IReadOnlyList<(string Line, string What)> Examples =>
    [
        ("vae decode runs/vae-digits-1 --data codes.npz --out images.npy", "What the codes look like, as an array."),
        ("vae decode runs/vae-digits-1 --data codes.npz --out images.png", "And as a picture."),
    ];

    public override int Run(ParseResult given, Terminal terminal)
    {
        var source = given.GetValue(data) ?? throw new UsageException("--data: the file of codes is missing.");
        var path = given.GetValue(output) ?? throw new UsageException("--out: the file to write is missing.");
        using var model = VaeSharp.Training.Run.Open(given.GetValue(run)!, given.GetValue(device) ?? "cpu");
        var file = OutputFile.For(path, model.Data);
        var (codes, labels) = Read(source);
        if (codes.Shape is not [var count, var units] || units != model.Latent.Size)
        {
            throw new InvalidDataException(
                $"The codes in '{source}' must be [N, {model.Latent.Size}], got [{string.Join(", ", codes.Shape)}].");
        }
        if (model.NeedsLabels && labels is null)
        {
            throw new InvalidDataException(
                $"This model is told a label with each code: '{source}' must have an array 'labels' beside 'z'.");
        }
        if (model.NeedsLabels && !labels!.Shape.SequenceEqual([count]))
            throw new InvalidDataException($"The labels in '{source}' must be [{count}], got [{string.Join(", ", labels.Shape)}].");
        var most = Array.MaxLength / sizeof(float) / model.Data.Size;
        if (count > most)
            throw new InvalidDataException($"'{source}' has {count:N0} codes; {most:N0} can be decoded at once. Divide the file.");
        var (z, told) = (codes.ToFloats(), model.NeedsLabels ? LabelsOf(labels!, model, source) : []);
        if (Array.FindIndex(z, value => !float.IsFinite(value)) is var wrong and >= 0)
            throw new InvalidDataException($"Code {wrong / units} in '{source}' has a value that is not finite.");
        var images = new float[count * model.Data.Size];
        new InPieces("decoding", terminal).Run((int)count, (from, size) =>
        {
            var piece = z.AsMemory((int)(from * units), (int)(size * units));
            model.Decode(piece, told.Length > 0 ? told.AsMemory(from, size) : default).CopyTo(images, from * model.Data.Size);
        });
        file.Write(images, columns: 0);
        terminal.Line(path);
        return ExitCode.Success;
    }

    private static int[] LabelsOf(NdArray labels, VaeSharp.Training.Run model, string source)
    {
        var values = labels.ToDoubles();
        if (Array.FindIndex(values, value => value < 0 || value >= model.Data.Classes || value != Math.Floor(value)) is var wrong and >= 0)
        {
            throw new InvalidDataException(
                $"Labels in '{source}' must be whole numbers from 0 to {model.Data.Classes - 1}, got {values[wrong]} in place {wrong}.");
        }
        return [.. values.Select(value => (int)value)];
    }

    private static (NdArray Codes, NdArray? Labels) Read(string path)
    {
        if (!NpzFile.IsZip(path))
            return (Npy.Read(path), null);
        using var file = NpzFile.Open(path);
        var name = new[] { "z", "mean" }.FirstOrDefault(file.Names.Contains)
            ?? throw new InvalidDataException($"'{path}' must have an array z, or mean; it has {string.Join(", ", file.Names)}.");
        return (file.Read(name), file.Names.Contains("labels") ? file.Read("labels") : null);
    }
}
