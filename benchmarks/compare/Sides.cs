using System.Diagnostics;

namespace VaeSharp.Benchmarks;

/// <summary>Everybody who can be measured on this machine.</summary>
internal sealed class Sides
{
    private readonly string[] ours = [Environment.ProcessPath!, "worker"];
    private readonly string[] control;
    private readonly string[] peer;

    /// <summary>Looks who is there.</summary>
    /// <param name="python">The Python that has PyTorch; null to look for one.</param>
    /// <exception cref="IOException">There is no Python, or none with PyTorch.</exception>
    public Sides(string? python)
    {
        control = [Beside("VaeSharp.Control", "control")];
        peer = [Find(python), Path.Combine(AppContext.BaseDirectory, "peers", "peer.py")];
    }

    /// <summary>The library in bfloat16 where that is fast.</summary>
    public Side Ours => new("VaeSharp", ours, "auto");

    /// <summary>The library in single precision.</summary>
    public Side OursInFp32 => new("VaeSharp, fp32", ours, "fp32");

    /// <summary>PyTorch as it comes.</summary>
    public Side Peer => new("PyTorch", peer);

    /// <summary>PyTorch as it comes, in an environment that is set for it.</summary>
    public Side PeerSetUp => new("PyTorch, set up", peer, IsSetUp: true);

    /// <summary>PyTorch with the fastest of its settings.</summary>
    public Side PeerTuned => new("PyTorch, tuned", peer, "best", IsSetUp: true);

    /// <summary>PyTorch in single precision with the fastest of its settings.</summary>
    public Side PeerTunedFp32 => new("PyTorch, tuned fp32", peer, "best-fp32", IsSetUp: true);

    /// <summary>TorchSharp as its users write it.</summary>
    public Side Control => new("TorchSharp", control);

    /// <summary>TorchSharp as its users write it, in an environment that is set for it.</summary>
    public Side ControlSetUp => new("TorchSharp, set up", control, IsSetUp: true);

    /// <summary>TorchSharp in single precision with everything that its users can do.</summary>
    public Side ControlTunedFp32 => new("TorchSharp, tuned fp32", control, "channels_last+fused", IsSetUp: true);

    /// <summary>TorchSharp with everything that its users can do.</summary>
    public Side ControlTuned => new("TorchSharp, tuned", control, "tuned", IsSetUp: true);

    /// <summary>Everybody, in the order of tables.</summary>
    public IReadOnlyList<Side> All =>
        [Ours, OursInFp32, Peer, PeerSetUp, PeerTunedFp32, PeerTuned, Control, ControlTunedFp32, ControlTuned];

    /// <summary>The program of another project, built in the same configuration.</summary>
    public static string Beside(string project, string program)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, OperatingSystem.IsWindows() ? $"{program}.exe" : program);
    }

    private static string Find(string? python)
    {
        string[] candidates = python is null ? ["python3", "/usr/bin/python3", "python"] : [python];
        var there = candidates.Where(candidate => Runs(candidate, "pass")).ToList();
        if (there.Count == 0)
            throw new IOException($"There is no Python under {string.Join(", ", candidates)}. Name one: --python PATH.");
        return there.FirstOrDefault(candidate => Runs(candidate, "import torch, numpy"))
            ?? throw new IOException($"PyTorch is not in {string.Join(", ", there)}. Install it "
                + "(Debian: apt install python3-torch libopenblas0-openmp), or name a Python that has it: --python PATH.");
    }

    private static bool Runs(string python, string program)
    {
        try
        {
            var start = new ProcessStartInfo(python, ["-c", program]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
