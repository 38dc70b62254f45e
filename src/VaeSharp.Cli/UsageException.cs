namespace VaeSharp.Cli;

/// <summary>The command was not given in a way that can be carried out.</summary>
/// <param name="message">What must hold, what came, and what to do.</param>
internal sealed class UsageException(string message) : Exception(message);
