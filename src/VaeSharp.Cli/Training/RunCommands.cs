namespace VaeSharp.Cli.Training;

/// <summary>Commands about a run, to be copied.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="DataDir">The folder that was named for data; null for none.</param>
internal sealed record RunCommands(string Folder, string? DataDir)
{
    /// <summary>The option that names the folder of data again, with a space in front; empty where none was named.</summary>
    public string DataFolder => DataDir is null ? "" : $" --data-dir {Invocation.Quote(DataDir)}";

    /// <summary>A command about the run.</summary>
    public string Of(string verb) => $"{Invocation.Prefix} {verb} {Invocation.Quote(Folder)}";

    /// <summary>Where results go that cannot be drawn, with a space in front; empty where they can.</summary>
    public static string Output(VaeSharp.Training.Run run, string name) => run.Data.IsDrawable ? "" : $" --out {name}.npy";
}
