using VaeSharp.Zoo;

namespace VaeSharp.Tests.Docs;

/// <summary>The table of all models in the README is what the zoo says.</summary>
public sealed class ModelTableTests
{
    private const string Heading = "## All models";
    private const string Columns = "| model | what it is | paper |";

    [Fact]
    public void The_readme_has_every_model_as_the_zoo_describes_it()
    {
        var written = Pages.Lines("README.md").SkipWhile(line => line != Heading).SkipWhile(line => line != Columns)
            .TakeWhile(line => line.StartsWith('|'));
        var (expected, found) = (string.Join('\n', Table()), string.Join('\n', written));
        Assert.True(expected == found, $"The table under '{Heading}' of README.md should be\n{expected}");
    }

    private static IEnumerable<string> Table()
    {
        yield return Columns;
        yield return "|---|---|---|";
        // A user's rows, as other tests register one, have no heading and stand under this.
        foreach (var group in ModelZoo.Rows.GroupBy(row => row.Group).Where(group => group.Key != "Further models"))
        {
            yield return $"| **{group.Key}** | | |";
            foreach (var row in group)
                yield return $"| [{row.Name}](docs/zoo/{row.Name}.md) | {row.Summary.Replace("|", @"\|")} | {row.Paper} |";
        }
    }
}
