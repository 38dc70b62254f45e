using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaeSharp.Data;
using VaeSharp.Interop;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Training;

/// <summary>Model, training, data and seed: all that a run is repeated from.</summary>
public sealed record Experiment : Spec, IValidatableObject
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Version of the file format.</summary>
    [Range(1, 1)]
    public int Format { get; init; } = 1;

    /// <summary>The name of the row that the model began as. It names the run's folder.</summary>
    public string Name { get; init; } = "vae";

    /// <summary>The recipe that it began as, which decides the pictures; empty for none.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>What it is, in a sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The model.</summary>
    public VaeSpec Model { get; init; } = new();

    /// <summary>How it is trained.</summary>
    public TrainingSpec Training { get; init; } = new();

    /// <summary>What it is trained on.</summary>
    public DatasetSpec Data { get; init; } = new DigitsSpec();

    /// <summary>Seed of everything random: starting weights, shuffles, noise, splits.</summary>
    [Range(0, long.MaxValue)]
    public long Seed { get; init; }

    /// <summary>A named model of the zoo, trained on <c>digits</c>.</summary>
    /// <exception cref="SpecException">There is no model of that name.</exception>
    public static Experiment Of(string model)
    {
        var row = ModelZoo.Find(model);
        return new Experiment { Name = row.Name, Model = row.Spec };
    }

    /// <summary>Reads an experiment from JSON.</summary>
    /// <exception cref="SpecException">The JSON does not describe an experiment; all reasons are given.</exception>
    public static Experiment FromJson(JsonNode? json) => SpecReader.Read<Experiment>(json);

    /// <summary>Reads an experiment from a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file does not hold an experiment; all reasons are given.</exception>
    public static Experiment Load(string path)
    {
        try
        {
            return FromJson(ReadJson(path));
        }
        catch (SpecException failure)
        {
            throw new InvalidDataException($"'{path}' does not describe an experiment: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a JSON file of moderate size.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON, or larger than any experiment.</exception>
    public static JsonNode? ReadJson(string path)
    {
        if (new FileInfo(path).Length > 1 << 20)
            throw new InvalidDataException($"'{path}' is larger than 1 MiB, which no experiment is.");
        try
        {
            var lenient = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: lenient);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}' is not JSON: {failure.Message}", failure);
        }
    }

    /// <summary>Writes the experiment, expanded.</summary>
    public void Save(string path) =>
        AtomicFile.Write(path, stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(SpecWriter.ToJson(this), Readable)));

    /// <summary>Reads or makes the data, as training does.</summary>
    /// <param name="context">Where data are looked for, and whom to tell how far that is; the seed is the experiment's.</param>
    /// <exception cref="IOException">A file is missing or cannot be read; the message says which, and what to do.</exception>
    /// <exception cref="InvalidDataException">A file is not what it claims to be.</exception>
    public DataSplits LoadData(DataContext? context = null) => Data.Load((context ?? new DataContext()) with { Seed = Seed });

    /// <summary>Refuses an experiment whose numbers are out of bounds or whose parts do not work together.</summary>
    /// <exception cref="SpecException">All reasons are given.</exception>
    public void Check(DataSpec? data = null)
    {
        var violations = SpecValidator.Violations(this).ToList();
        if (violations.Count == 0)
            violations.AddRange(Compatibility.Violations(Model, data));
        if (violations.Count > 0)
            throw new SpecException(violations);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        const string Rule = "must be letters, digits, hyphens, points and underscores";
        if (!IsFileName(Name))
            yield return new($"{Rule}, got '{Name}'.", [nameof(Name)]);
        if (Recipe.Length > 0 && !IsFileName(Recipe))
            yield return new($"{Rule}, got '{Recipe}'.", [nameof(Recipe)]);
    }

    // Files and folders are named by it.
    private static bool IsFileName(string name) => name.Length is > 0 and <= 100 && name[0] != '.'
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
