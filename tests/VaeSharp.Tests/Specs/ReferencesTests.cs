using System.Reflection;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Specs;

/// <summary>Every paper that a row or part names is in <c>references.bib</c>, and is found by what the text has of it.</summary>
public sealed class ReferencesTests
{
    [Fact]
    public void Every_paper_of_the_rows_and_parts_has_an_entry()
    {
        var texts = Papers();
        Assert.InRange(texts.Count, 20, int.MaxValue);
        // Whoever is named here belongs into src/VaeSharp/references.bib.
        var missing = texts.Where(text => References.Of(text).Any(entry => !entry.IsListed)).ToList();
        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    /// <summary>
    /// Whoever a text names in front of the year is an author of the paper that its title or identifier leads to, and a text that does not
    /// end in <c>et al.</c> names them all.
    /// </summary>
    [Fact]
    public void The_authors_that_a_text_names_are_those_of_its_entry()
    {
        List<string> wrong = [];
        foreach (var piece in Papers().SelectMany(text => text.Split(';', StringSplitOptions.TrimEntries)))
        {
            if (Reference.AuthorsAndYear().Match(piece) is not { Success: true } match)
                continue;
            var named = match.Groups["authors"].Value;
            var surnames = named.Replace(" et al.", "").Split([", ", " and "], StringSplitOptions.TrimEntries)
                .Select(Reference.Plain).ToList();
            var fits = References.Of(piece).Any(entry =>
            {
                var authors = entry.Field("author").Split(" and ").Select(author => Reference.Plain(author.Split(',')[0])).ToList();
                return surnames.All(authors.Contains) && (named.EndsWith(" et al.") || surnames.Count == authors.Count);
            });
            if (!fits)
                wrong.Add($"{piece} → {string.Join("; ", References.Of(piece).Select(entry => entry.Field("author")))}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static List<string> Papers()
    {
        var types = typeof(Spec).Assembly.GetTypes();
        var rows = types.SelectMany(type => type.GetProperties()).Select(property => property.GetCustomAttribute<ModelAttribute>()?.Paper);
        var parts = types.Select(type => type.GetCustomAttribute<PartAttribute>()?.Paper);
        return [.. rows.Concat(parts).OfType<string>().Where(text => text.Length > 0).Distinct()];
    }

    [Fact]
    public void Entries_have_authors_a_title_and_a_year_and_are_there_once()
    {
        Assert.All(References.All, entry =>
        {
            Assert.All(entry.Field("author").Split(" and "),
                author => Assert.Matches(@"^[\p{L}\\{}""'` -]+, [\p{L}\\{}""'`. -]+$", author));
            Assert.NotEmpty(entry.Field("title"));
            Assert.Matches(@"^(19|20)\d\d$", entry.Field("year"));
            Assert.EndsWith("\n}", entry.BibTeX);
            Assert.Equal(entry.BibTeX.Count(letter => letter == '{'), entry.BibTeX.Count(letter => letter == '}'));
        });
        Func<Reference, string>[] fields =
            [entry => entry.Key, entry => entry.Field("title"), entry => entry.Field("eprint"), entry => entry.Field("doi")];
        foreach (var field in fields)
            Assert.Empty(References.All.Select(field).Where(value => value.Length > 0)
                .GroupBy(value => value).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Theory]
    [InlineData("Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders, arXiv:1509.00519, eq. 8", "burda2016importance")]
    [InlineData("arXiv:1509.00519v4", "burda2016importance")]
    [InlineData("somebody, OpenReview rkglvsC9Ym", "chen2019log")]
    [InlineData("https://openreview.net/forum?id=Sy2fzU9gl", "higgins2017beta")]
    [InlineData("Wang 2003, doi:10.1109/ACSSC.2003.1292216.", "wang2003multiscale")]
    [InlineData("Understanding disentangling in β-VAE", "burgess2018understanding")]
    [InlineData("Li and Turner, Renyi divergence variational inference", "li2016renyi")]
    [InlineData("Li and Turner 2016, Rényi Divergence Variational Inference", "li2016renyi")]
    [InlineData("Cremer et al., Reinterpreting Importance-Weighted Autoencoders", "cremer2017reinterpreting")]
    [InlineData("Higgins et al. 2017 (weight β)", "higgins2017beta")]
    [InlineData("van den Berg et al. (2018), eq. 3", "vandenberg2018sylvester")]
    [InlineData("Sohn, Lee and Yan 2015 (condition); Higgins et al. 2017 (weight β)", "sohn2015learning", "higgins2017beta")]
    [InlineData("Kingma and Welling 2014, arXiv:1312.6114; see also its appendix; Rezende et al. 2014",
        "kingma2014autoencoding", "rezende2014stochastic")]
    [InlineData("Kingma et al. 2016, arXiv:1606.04934, and Germain et al. 2015, arXiv:1502.03509",
        "kingma2016improving", "germain2015made")]
    [InlineData("")]
    public void A_paper_is_found_by_its_identifier_its_title_or_its_first_author_and_year(string text, params string[] keys)
    {
        var found = References.Of(text);
        Assert.Equal(keys, found.Select(entry => entry.Key));
        Assert.All(found, entry => Assert.True(entry.IsListed));
    }

    /// <summary>
    /// A wrong citation is worse than none: two papers of He and others in 2016, and another paper by its identifier, are not guessed.
    /// </summary>
    [Theory]
    [InlineData("He et al. 2016")]
    [InlineData("Burda et al. 2016, arXiv:1600.00000")]
    [InlineData("Nobody 2016")]
    public void What_is_not_certain_is_not_guessed(string text)
    {
        var entry = Assert.Single(References.Of(text));
        Assert.False(entry.IsListed);
        Assert.Equal(text, entry.Field("note"));
    }

    [Fact]
    public void A_paper_that_is_not_in_the_file_says_what_its_text_says()
    {
        var entry = Assert.Single(References.Of("Müller, Doe et al. 2031, 100% of β_VAE & more, arXiv:3101.00001"));
        Assert.Equal("""
            @misc{muller2031,
              author = {Müller and Doe and others},
              year   = {2031},
              eprint = {3101.00001},
              archivePrefix = {arXiv},
              note   = {Müller, Doe et al. 2031, 100\% of β\_VAE \& more, arXiv:3101.00001},
            }
            """.ReplaceLineEndings("\n"), entry.BibTeX);
        Assert.Equal("@misc{unpublished,\n  note   = {unpublished},\n}", Assert.Single(References.Of("unpublished")).BibTeX);
    }

    [Fact]
    public void Several_texts_give_each_paper_once_and_each_key_once()
    {
        var found = References.Of(["Doe 2031, one", "Kingma and Ba 2015", "Doe 2031, two", "arXiv:1412.6980", "Doe 2031, one"]);
        Assert.Equal(["doe2031", "kingma2015adam", "doe2031b"], found.Select(entry => entry.Key));
        Assert.Contains("@misc{doe2031b,", found[2].BibTeX);
        Assert.Contains("{Doe 2031, two}", found[2].BibTeX);
    }
}
