using System.Runtime.CompilerServices;

namespace VaeSharp.Imaging.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_first_program_of_the_readme_is_the_sample_that_tests_run()
    {
        var root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..");
        var sample = File.ReadAllLines(Path.Combine(root, "samples", "TrainAndPlot.cs")).Select(line => line.Trim()).ToHashSet();
        var program = File.ReadAllText(Path.Combine(root, "README.md")).Split("```csharp\n")[1].Split("```")[0];
        var lines = program.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        Assert.True(lines.Count > 8);
        Assert.All(lines.Where(line => line != """var folder = "runs/first";"""), line => Assert.Contains(line, sample));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
