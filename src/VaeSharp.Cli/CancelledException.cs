namespace VaeSharp.Cli;

/// <summary>The user ended the command, and there is more to say than that.</summary>
/// <param name="message">What is done, and how to go on.</param>
internal sealed class CancelledException(string message) : OperationCanceledException(message);
