using VaeSharp.Tests.Architecture;

namespace VaeSharp.Tests.Docs;

/// <summary>What the documentation shows is in the sources, and what it links to is there.</summary>
public sealed class GuideTests
{
    public static TheoryData<string> AllPages => [.. Pages.All];

    [Theory, MemberData(nameof(AllPages))]
    public void Code_on_a_page_is_in_the_file_that_it_names(string page) =>
        AssertNone(Pages.Quotations(page).Select(Fault).OfType<string>());

    /// <summary>Without this, comments that nobody recognises any more would be no quotations, and none would be at fault.</summary>
    [Fact]
    public void The_guide_quotes_the_code() =>
        Assert.InRange(Pages.All.Where(page => page.StartsWith("docs/guide/", StringComparison.Ordinal))
            .SelectMany(Pages.Quotations).Count(), 30, int.MaxValue);

    [Theory, MemberData(nameof(AllPages))]
    public void Links_of_a_page_lead_somewhere(string page) => AssertNone(
        from link in Pages.Links(page)
        where !Leads(page, link.Target)
        select $"{link.Place}: {link.Target}");

    [Fact]
    public void Links_are_found_and_followed()
    {
        Assert.Contains(Pages.Links("README.md"), link => link.Target == "CONTRIBUTING.md");
        Assert.True(Leads("docs/notation.md", "images/manifold.png") && Leads("docs/notation.md", "../README.md#the-command"));
        Assert.False(Leads("docs/notation.md", "manifold.png"));
        Assert.False(Leads("docs/notation.md", "../README.md#no-such-heading"));
    }

    [Fact]
    public void Lines_are_held_to_their_order_their_neighbours_and_their_indentation()
    {
        string[] source = ["class A", "{", "    int a;", "    int b;", "", "    int c;", "}"];
        string[][] right =
            [["int a;", "int b;", "", "int c;"], ["int a;", "…", "int c;"], ["class A", "…", "    int c;", "}"], ["…", "int b;"]];
        string[][] wrong =
        [
            ["int a;", "int c;"], ["int c;", "…", "int a;"], ["int a; "], ["class A", "…", "int c;"], ["    int a;"],
            ["int a;", "…", "int a;"], ["…"], [],
        ];
        Assert.All(right, block => Assert.Null(Of(block).Fault(source)));
        Assert.All(wrong, block => Assert.NotNull(Of(block).Fault(source)));
        Assert.NotNull(Of(right[0]).Fault(null));

        static Quotation Of(string[] block) => new("page", "file", block);
    }

    // Assert.Empty shortens what it found.
    private static void AssertNone(IEnumerable<string> faults)
    {
        var found = string.Join("\n", faults);
        Assert.True(found.Length == 0, found);
    }

    private static string? Fault(Quotation quotation) =>
        quotation.Fault(File.Exists(Path.Combine(Sources.Root, quotation.File)) ? Pages.Lines(quotation.File) : null);

    private static bool Leads(string page, string target)
    {
        var (path, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
        var file = path.Length == 0
            ? page
            : Path.GetRelativePath(Sources.Root, Path.Combine(Sources.Root, Path.GetDirectoryName(page)!, path)).Replace('\\', '/');
        var there = Path.Combine(Sources.Root, file);
        return (File.Exists(there) || Directory.Exists(there))
            && (anchor.Length == 0 || !file.EndsWith(".md", StringComparison.Ordinal) || Pages.Anchors(file).Contains(anchor));
    }
}
