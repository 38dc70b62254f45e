namespace VaeSharp.Cli;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>It could not be done: a file, the data, the machine, or training that diverged.</summary>
    public const int Failure = 1;

    /// <summary>It was not asked for in a way that can be carried out.</summary>
    public const int Usage = 2;

    /// <summary>The user ended it.</summary>
    public const int Cancelled = 130;
}
