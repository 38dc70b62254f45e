using SkiaSharp;

namespace VaeSharp.Imaging.Tests;

public sealed class LatentScatterTests
{
    [Fact]
    public void Each_class_has_its_colour_where_its_codes_are()
    {
        var (codes, labels) = Clusters((-4, -4), (4, -4), (-4, 4), (4, 4));
        var pixels = new Pixels(LatentScatter.Draw(codes, labels: labels, classNames: ["a", "b", "c", "d"]));
        // The legend's dots come first from the right; the plot ends where they start.
        var colors = Palette.For(4);
        var legend = pixels.Box(color => color == colors[1]).Right;
        var middles = colors.Select(color => Middle(pixels, color, right: Math.Min(legend, pixels.Width) - 80)).ToArray();
        Assert.True(middles[0].X < middles[1].X && middles[2].X < middles[3].X);
        Assert.True(middles[2].Y < middles[0].Y && middles[3].Y < middles[1].Y);      // z[1] grows upwards
    }

    [Fact]
    public void Units_are_chosen_by_number()
    {
        // Unit 2 tells the classes apart, units 0 and 1 are the same for both.
        var codes = Enumerable.Range(0, 100).SelectMany(i => new[] { i / 100f, 0f, i % 2 == 0 ? -1f : 1f }).ToArray();
        var labels = Enumerable.Range(0, 100).Select(i => i % 2).ToArray();
        var pixels = new Pixels(LatentScatter.Draw(codes, units: 3, labels, first: 2, second: 0));
        var colors = Palette.For(2);
        Assert.True(Middle(pixels, colors[0], pixels.Width - 120).X + 400 < Middle(pixels, colors[1], pixels.Width - 120).X);
    }

    [Fact]
    public void Both_axes_have_the_same_scale()
    {
        // A circle stays round.
        var codes = Enumerable.Range(0, 2_000).SelectMany(i => new[] { MathF.Cos(i), MathF.Sin(i) }).ToArray();
        var labels = new int[2_000];
        var pixels = new Pixels(LatentScatter.Draw(codes, labels: labels));
        var points = pixels.Where(color => Pixels.IsLike(color, Palette.For(1)[0]), right: pixels.Width - 120).ToArray();
        var (width, height) = (points.Max(p => p.X) - points.Min(p => p.X), points.Max(p => p.Y) - points.Min(p => p.Y));
        Assert.InRange(width - height, -4, 4);
        Assert.True(width > 800);
    }

    [Fact]
    public void Without_labels_crowded_places_are_darker()
    {
        var random = new Random(5);
        // 900 dots within 0.3 of (−2, 0), 100 spread over [1, 3] × [−1, 1].
        var codes = Enumerable.Range(0, 1_000).SelectMany(i => i < 900
            ? new[] { -2 + 0.3f * random.NextSingle(), 0.3f * random.NextSingle() }
            : [1 + 2 * random.NextSingle(), 2 * random.NextSingle() - 1]).ToArray();
        var pixels = new Pixels(LatentScatter.Draw(codes));
        var dark = pixels.Where(color => color.Blue > color.Red + 20 && color.Red + color.Green < 150, left: 150).ToArray();
        Assert.NotEmpty(dark);
        Assert.All(dark, at => Assert.True(at.X < pixels.Width / 2));
    }

    [Fact]
    public void A_code_far_out_does_not_squash_the_others()
    {
        var (codes, labels) = Clusters((-1, 0), (1, 0));
        codes[0] = 1e6f;
        codes[2] = float.NaN;
        codes[5] = float.PositiveInfinity;
        var pixels = new Pixels(LatentScatter.Draw(codes, labels: labels));
        var colors = Palette.For(2);
        Assert.True(Middle(pixels, colors[0], pixels.Width - 120).X + 300 < Middle(pixels, colors[1], pixels.Width - 120).X);
    }

    [Fact]
    public void Ten_thousand_codes_make_a_file_of_moderate_size()
    {
        var random = new Random(1);
        var codes = Enumerable.Range(0, 20_000).Select(_ => random.NextSingle() + random.NextSingle() + random.NextSingle()).ToArray();
        var picture = LatentScatter.Draw(codes, labels: Enumerable.Range(0, 10_000).Select(_ => random.Next(10)).ToArray());
        Assert.InRange(picture.Png.Length, 10_000, 1_000_000);
    }

    [Fact]
    public void Colour_bar_has_a_step_of_each_class_the_first_at_the_bottom()
    {
        float[] codes = [-4, -4, 4, -4, -4, 4, 4, 4];
        var pixels = new Pixels(LatentScatter.Draw(codes, labels: new[] { 0, 1, 2, 3 }, colorBar: true));
        // Single dots are transparent: only the bar has the very colours.
        var steps = Palette.For(4).Select(exact => pixels.Box(color => color == exact)).ToArray();
        Assert.All(steps, step => Assert.Equal((steps[0].Left, steps[0].Right), (step.Left, step.Right)));
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.Equal(pair.First.Top, pair.Second.Bottom));
        Assert.All(steps, step => Assert.InRange(step.Height - steps[0].Height, -1, 1));
        // A name stands right of the middle of each step.
        Assert.All(steps, step => Assert.NotEmpty(pixels.Where(Pixels.IsDark, step.Right + 12, step.MidY - 12, bottom: step.MidY + 12)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Names_stand_on_the_clusters_only_where_no_bar_tells_the_classes(bool colorBar)
    {
        var (codes, labels) = Clusters((-4, 0), (4, 0));
        var (named, nameless) = (Draw("one", "two"), Draw(" ", " "));
        // Left of the key nothing but names on clusters can differ.
        var end = nameless.Box(color => color == Palette.For(2)[0]).Right - 80;
        var isSame = nameless.Where(_ => true, right: end).All(at => named[at.X, at.Y] == nameless[at.X, at.Y]);
        Assert.Equal(colorBar, isSame);

        Pixels Draw(params string[] names) =>
            new(LatentScatter.Draw(codes, labels: labels, classNames: names, limit: 6, colorBar: colorBar));
    }

    [Fact]
    public void A_limit_fixes_both_axes_and_counts_codes_outside()
    {
        // A lattice about (2, −1) whose dots do not touch each other: only the bar has the very colours.
        var codes = Enumerable.Range(0, 100).SelectMany(i => new[] { 2 + 0.15f * (i % 10 - 4.5f), -1 + 0.15f * (i / 10 - 4.5f) }).ToArray();
        var labels = Enumerable.Range(0, 100).Select(i => i % 2).ToArray();
        var inside = new Pixels(LatentScatter.Draw(codes, labels: labels, classNames: [" ", " "], limit: 4, colorBar: true));
        var colors = Palette.For(2);
        var (low, high) = (inside.Box(color => color == colors[0]), inside.Box(color => color == colors[1]));
        // The bar is as high as the plot, and the plot is a square that ends a little left of it.
        var (top, bottom, side) = (high.Top, low.Bottom, low.Bottom - high.Top);
        var dots = inside.Where(color => Pixels.IsLike(color, colors[0], 70), left: 160, top, right: low.Left - 60, bottom: bottom - 4)
            .ToArray();
        Assert.Equal(bottom - (-1 + 4) / 8.0 * side, dots.Average(dot => dot.Y), 0.02 * side);
        Assert.Equal(low.Left - 36 - side + (2 + 4) / 8.0 * side, dots.Average(dot => dot.X), 0.02 * side);

        codes[0] = 4.5f;
        var outside = new Pixels(LatentScatter.Draw(codes, labels: labels, classNames: [" ", " "], limit: 4, colorBar: true));
        Assert.Empty(Note(inside));
        Assert.NotEmpty(Note(outside));

        IEnumerable<(int, int)> Note(Pixels pixels) =>
            pixels.Where(color => Pixels.IsLike(color, Theme.Muted, 20), low.Left - 240, bottom - 40, low.Left - 44, bottom - 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_limit_that_spans_nothing_is_refused(double limit) =>
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[8], limit: limit));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Few_codes_are_drawn_too(int count) => _ = new Pixels(LatentScatter.Draw(new float[2 * count]));

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[7]));
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[8], units: 1));
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[8], second: 2));
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[8], labels: new int[3]));
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[4], labels: new[] { 0, 2 }, classNames: ["a", "b"]));
        Assert.Throws<ArgumentException>(() => LatentScatter.Draw(new float[4], labels: new[] { 0, -1 }));
    }

    private static (float[] Codes, int[] Labels) Clusters(params (float X, float Y)[] centres)
    {
        var random = new Random(3);
        var labels = Enumerable.Range(0, 200 * centres.Length).Select(i => i % centres.Length).ToArray();
        var codes = labels.SelectMany(label => new[]
        {
            centres[label].X + random.NextSingle() - 0.5f, centres[label].Y + random.NextSingle() - 0.5f,
        });
        return (codes.ToArray(), labels);
    }

    private static (double X, double Y) Middle(Pixels pixels, SKColor color, int right)
    {
        var found = pixels.Where(other => Pixels.IsLike(other, color), right: right).ToArray();
        Assert.True(found.Length > 100);
        return (found.Average(p => p.X), found.Average(p => p.Y));
    }
}
