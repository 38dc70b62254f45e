using System.ComponentModel;
using System.Diagnostics;

namespace VaeSharp.Tests.Interop;

/// <summary>A Python that has h5py, which is the format's reference through HDF5's own library; where there is none, tests skip.</summary>
internal static class Python
{
    private static readonly Lazy<string?> WithH5Py = new(() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Start(python, "import h5py, numpy", []) is (0, _)));

    /// <summary>Runs a program and gives what it prints; its arguments are in <c>a</c>.</summary>
    public static string Run(string program, params string[] arguments)
    {
        Assert.SkipWhen(WithH5Py.Value is null, "No Python with h5py is here.");
        const string Head = "import h5py, numpy as np, sys\na = sys.argv[1:]\n";
        var (code, output) = Start(WithH5Py.Value!, Head + program, arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private static (int Code, string Output) Start(string python, string program, string[] arguments)
    {
        string[] line = ["-c", program, .. arguments];
        var start = new ProcessStartInfo(python, line) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
        }
        catch (Win32Exception)
        {
            return (-1, "");
        }
    }
}
