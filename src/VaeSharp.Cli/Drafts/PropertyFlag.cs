using System.Text.Json;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Cli.Drafts;

/// <summary>A flag that is no option of the command, and so must be a property: <c>--beta 4</c>.</summary>
/// <param name="Typed">As it was typed: <c>--beta</c>.</param>
/// <param name="Value">What followed; null where nothing did.</param>
internal sealed record PropertyFlag(string Typed, string? Value)
{
    /// <summary>The property's name: <c>beta</c>.</summary>
    public string Name => Typed.TrimStart('-');

    /// <summary>Divides arguments into those of the command and flags of properties.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="options">The names of the command's own options: <c>--epochs</c>.</param>
    public static (string[] Arguments, IReadOnlyList<PropertyFlag> Flags) Divide(
        IReadOnlyList<string> arguments, IReadOnlySet<string> options)
    {
        var (own, flags) = (new List<string>(), new List<PropertyFlag>());
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            if (!IsFlag(name) || options.Contains(name))
            {
                own.Add(arguments[i]);
                if (value is null && options.Contains(name) && i + 1 < arguments.Count && !IsFlag(arguments[i + 1]))
                    own.Add(arguments[++i]);
                continue;
            }
            var follows = i + 1 < arguments.Count && !IsFlag(arguments[i + 1]);
            if (value is null && IsSwitch(name) && !(follows && arguments[i + 1] is "true" or "false"))
                value = "true";
            else if (value is null && follows)
                value = arguments[++i];
            flags.Add(new PropertyFlag(name, value));
        }
        return ([.. own], flags);
    }

    private static bool IsFlag(string argument) => argument.Length > 2 && argument.StartsWith("--", StringComparison.Ordinal);

    /// <summary>Whether every property of the name is a truth value, so that the flag alone says all.</summary>
    private static bool IsSwitch(string flag)
    {
        var name = JsonNamingPolicy.KebabCaseLower.ConvertName(flag.TrimStart('-').Split('.')[^1]);
        Type[] types = [.. Catalogue.Parts.Select(part => part.Type), typeof(Experiment), typeof(VaeSpec), typeof(TrainingSpec)];
        var properties = types.SelectMany(SpecProperties.Of).Where(property => property.FlagName() == name).ToList();
        return properties.Count > 0 && properties.All(property => property.PropertyType == typeof(bool));
    }
}
