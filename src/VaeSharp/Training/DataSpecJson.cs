using System.Text.Json;

namespace VaeSharp.Training;

/// <summary>The description of data that is kept beside weights, so that a model can be built without its data.</summary>
internal static class DataSpecJson
{
    /// <summary>The key in a file's metadata.</summary>
    public const string Key = "data";

    private sealed record Form(long[] Shape, double? Low, double? High, int Levels, string[] Classes);

    public static string Write(DataSpec data) => JsonSerializer.Serialize(
        new Form([.. data.Shape], Finite(data.Low), Finite(data.High), data.Levels, [.. data.ClassNames]), JsonSerializerOptions.Web);

    /// <exception cref="InvalidDataException">The text describes no data.</exception>
    public static DataSpec Read(string? json, string path)
    {
        try
        {
            if (json is not null && JsonSerializer.Deserialize<Form>(json, JsonSerializerOptions.Web)
                is { Shape: not null, Classes: not null } form
                && form.Shape.Length is 1 or 3 && form.Shape.Aggregate(1.0, (product, size) => product * size) <= int.MaxValue)
            {
                return new DataSpec(form.Shape)
                {
                    Low = form.Low ?? double.NegativeInfinity,
                    High = form.High ?? double.PositiveInfinity,
                    Levels = form.Levels,
                    ClassNames = form.Classes,
                };
            }
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
        }
        throw new InvalidDataException($"'{path}' does not say what data its model is for: its metadata '{Key}' is missing or damaged.");
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
