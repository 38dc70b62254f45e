using System.Runtime.InteropServices;

namespace VaeSharp.Cli;

/// <summary>Ctrl-C, and the system's wish to end: the first asks the command to save and stop, the second ends it at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interrupt() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (source.IsCancellationRequested)
        {
            if (!Console.IsOutputRedirected)
                Console.Out.Write("\e[?25h");                         // the live display had hidden the cursor
            Environment.Exit(ExitCode.Cancelled);
        }
        source.Cancel();
    }
}
