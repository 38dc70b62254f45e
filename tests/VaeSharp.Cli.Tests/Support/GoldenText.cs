using System.Runtime.CompilerServices;

namespace VaeSharp.Cli.Tests.Support;

/// <summary>Texts that were read and found good. What differs from them is written beside them, to be read and to replace them.</summary>
internal static class GoldenText
{
    public static void Holds(string name, string received, [CallerFilePath] string source = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(source))!, "Golden");
        var (golden, fresh) = (Path.Combine(folder, $"{name}.txt"), Path.Combine(folder, $"{name}.received.txt"));
        var expected = File.Exists(golden) ? File.ReadAllText(golden).Replace("\r", "") : "";
        if (expected == received)
        {
            File.Delete(fresh);
            return;
        }
        File.WriteAllText(fresh, received);
        Assert.Fail($"The text differs from Golden/{name}.txt. If Golden/{name}.received.txt is as it should be, "
            + "let it replace the other.\n"
            + Difference(expected, received));
    }

    private static string Difference(string expected, string received)
    {
        var (old, fresh) = (expected.Split('\n'), received.Split('\n'));
        string[] lines = [.. old.Except(fresh).Select(line => $"- {line}"), .. fresh.Except(old).Select(line => $"+ {line}")];
        return string.Join('\n', lines.Take(20));
    }
}
