using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaeSharp.Cli.Drafts;

/// <summary>JSON with letters as they are.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Readable = new(OneLine) { WriteIndented = true };

    /// <summary>In one line, for programs.</summary>
    public static string Compact(JsonNode json) => json.ToJsonString(OneLine);

    /// <summary>In many lines, for people.</summary>
    public static string Indented(JsonNode json) => json.ToJsonString(Readable);
}
