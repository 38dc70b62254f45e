using System.Xml.Linq;
using SkiaSharp;
using VaeSharp.Conditions;
using VaeSharp.Data;
using VaeSharp.Imaging.Diagrams;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Zoo;
using static TorchSharp.torch;

namespace VaeSharp.Imaging.Tests;

public sealed class ArchitectureDiagramTests : IDisposable
{
    private static readonly ConvSpec conv = new() { Channels = [32, 64], Hidden = 16 };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vaesharp-diagrams-");

    public static TheoryData<string> Cases => [.. Models.Keys, .. Enumerable.Range(0, 40).Select(seed => $"random {seed}")];

    private static Dictionary<string, VaeSpec> Models => new()
    {
        ["conv"] = new() { Latent = 2, Network = conv },
        ["conv, told labels"] = new() { Latent = 2, Network = conv, Condition = new LabelConditionSpec() },
        ["mlp"] = new() { Latent = 2, Network = new MlpSpec() },
        ["mlp, told labels"] = new() { Latent = 2, Network = new MlpSpec(), Condition = new LabelConditionSpec() },
        ["60 layers"] = new() { Latent = 32, Network = new MlpSpec { Hidden = [.. Enumerable.Range(1, 28).Select(i => 20L * i)] } },
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Cases))]
    public void The_svg_names_every_layer_with_its_shape_and_parameters(string name)
    {
        var architecture = Of(name);
        var root = XDocument.Parse(ArchitectureDiagram.Draw(architecture).Svg).Root!;
        var groups = root.Descendants().Where(element => element.Name.LocalName == "title" && element.Parent != root)
            .Select(element => element.Value).ToList();
        var nodes = architecture.Encoder.Nodes.Concat(architecture.Decoder.Nodes).ToList();
        Assert.Equal(nodes.Count, groups.Count);
        Assert.All(nodes, node => Assert.Contains(groups, title => title.StartsWith(node.Name + ": ", StringComparison.Ordinal)
            && title.Contains(string.Join(" × ", node.Shape)) && (node.Parameters == 0 || title.Contains($"{node.Parameters:N0} param"))));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Nothing_covers_anything_else_or_leaves_its_panel(string name)
    {
        var layout = Layout(name);
        var areas = Areas(layout);
        for (var i = 0; i < areas.Length; i++)
        {
            var (half, area) = areas[i];
            var panel = layout.Panels[half];
            Assert.True(panel.Contains(area), $"{area} is not inside of panel {panel}.");
            Assert.All(areas[..i], other => Assert.False(other.Area.IntersectsWith(area), $"{area} covers {other.Area}."));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Arrows_run_to_the_right_or_on_to_a_later_row(string name)
    {
        var layout = Layout(name);
        var row = layout.Rows.SelectMany((row, i) => row.Ranks.SelectMany(rank => rank).Select(vertex => (vertex, i))).ToDictionary();
        var layers = layout.Graph.Layers.ToDictionary(vertex => vertex.Layer!);
        Assert.All(layers.Values, to => Assert.All(to.Layer!.Inputs.Select(input => layers[input]), from =>
            Assert.True(row[from] < row[to] || row[from] == row[to] && from.Bar.Right < to.Bar.Left)));
        Assert.All(layout.Graph.Links, link => Assert.Equal(link.From.Rank + 1, link.To.Rank));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Lines_touch_no_layer_no_text_and_no_edge_of_the_paper(string name)
    {
        var layout = Layout(name);
        var pen = new RecordingPen();
        using (var routes = new Routes(layout))
            routes.Draw(pen);
        Assert.NotEmpty(pen.Points);
        Assert.All(pen.Points, point => Assert.True(point.X > 2 && point.X < layout.Width - 2));
        Assert.All(Areas(layout), area => Assert.DoesNotContain(pen.Points, point => area.Area.Contains(point)));
    }

    [Theory]
    [InlineData("conv")]
    [InlineData("random 3")]
    public void Svg_and_png_have_the_same_sides_and_show_bars_at_the_same_places(string name)
    {
        var architecture = Of(name);
        var diagram = ArchitectureDiagram.Draw(architecture);
        var root = XDocument.Parse(diagram.Svg).Root!;
        var scale = diagram.Picture.Width / (double)root.Attribute("width")!;
        Assert.Equal(diagram.Picture.Height, (double)root.Attribute("height")! * scale, 1e-6);
        var pixels = new Pixels(diagram.Picture);
        foreach (var vertex in ArchitectureDiagram.Arrange([architecture.Encoder, architecture.Decoder]).Graph.Layers)
        {
            var color = LayerColors.Of(vertex.Layer!.Type).Color;
            Assert.Equal(color, pixels[(int)(vertex.X * scale), (int)(vertex.Y * scale)]);
            Assert.Contains(root.Descendants().Where(element => element.Name.LocalName == "rect"), rect =>
                (string?)rect.Attribute("fill") == $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}"
                && Math.Abs((double)rect.Attribute("x")! - vertex.Bar.Left) < 0.01
                && Math.Abs((double)rect.Attribute("y")! - vertex.Bar.Top) < 0.01);
        }
    }

    [Fact]
    public void More_elements_make_a_higher_bar()
    {
        var layers = Layout("conv, told labels").Graph.Layers.OrderBy(vertex => vertex.Layer!.Size).ToList();
        Assert.All(layers.Zip(layers.Skip(1)), pair =>
            Assert.Equal(pair.First.Layer!.Size < pair.Second.Layer!.Size, pair.First.Height < pair.Second.Height));
    }

    [Fact]
    public void The_code_and_the_label_go_on_from_the_encoder_to_the_decoder()
    {
        var graph = Layout("conv, told labels").Graph;
        var same = Assert.Single(graph.Links, link => link.IsSame);
        Assert.Equal(("z", "z_sampling"), (same.From.Layer!.Name, same.To.Layer!.Name));
        var (first, second) = Assert.Single(graph.SameInputs);
        Assert.Equal(("class_labels", 0, "class_labels", 1), (first.Layer!.Name, first.Half, second.Layer!.Name, second.Half));
    }

    [Fact]
    public void The_code_has_the_colour_of_sampling_and_the_label_is_a_grey_dashed_line()
    {
        var layout = Layout("conv, told labels");
        var pen = new RecordingPen();
        using (var routes = new Routes(layout))
            routes.Draw(pen);
        var code = Assert.Single(pen.Dashed, line => line.Color == LayerColors.Sampling);
        var label = Assert.Single(pen.Dashed, line => line.Color != LayerColors.Sampling);
        Assert.Equal(Assert.Single(layout.Graph.Links, link => link.IsSame).From.Y, code.Start.Y);
        Assert.Equal(layout.Graph.SameInputs[0].First.Y, label.Start.Y);
        Assert.InRange(label.Color.Blue - label.Color.Red, 0, 30);
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_layer_with_parameters_tells_its_type_below_its_name(string name)
    {
        var learned = Layout(name).Graph.Layers.Where(vertex => vertex.Layer!.Parameters > 0);
        Assert.All(learned, vertex =>
            Assert.Contains(vertex.Label!.Lines, line => line.Text.StartsWith(vertex.Layer!.TypeName, StringComparison.Ordinal)));
    }

    [Fact]
    public void One_parameter_is_not_many()
    {
        var graph = new LayerGraph("encoder");
        graph.Other(new Scale(1), []);
        graph.Other(new Scale(2), []);
        Assert.Equal(["1 param", "2 params"], graph.Nodes.Select(LayerLabel.ParametersOf));
    }

    [Fact]
    public void A_small_model_stands_in_one_row_and_a_large_one_stays_as_narrow()
    {
        Assert.Single(Layout("mlp").Rows);
        Assert.All(Models.Keys, name => Assert.InRange(Layout(name).Width, 0, 740));              // 9.5 units are 6 points at 16 cm width
    }

    [Fact]
    public void A_model_of_loose_parts_only_is_drawn_too()
    {
        var graph = new LayerGraph("encoder");
        graph.Other(new Named("Codebook"), []);
        var diagram = ArchitectureDiagram.Draw(new Architecture(graph, new LayerGraph("decoder")));
        Assert.Contains("codebook_1: ", diagram.Svg);
        _ = new Pixels(diagram.Picture);
    }

    [Fact]
    public void A_title_is_escaped_and_stands_above()
    {
        var (plain, titled) = (ArchitectureDiagram.Draw(Of("mlp").Encoder), ArchitectureDiagram.Draw(Of("mlp").Encoder, "p < q & r"));
        Assert.Equal("p < q & r", XDocument.Parse(titled.Svg).Root!.Elements().First().Value);
        Assert.True(titled.Picture.Height > plain.Picture.Height);
    }

    [Fact]
    public void Saving_writes_both_files_and_nothing_else()
    {
        var diagram = ArchitectureDiagram.Draw(Of("conv"));
        var files = diagram.Save(Path.Combine(folder.FullName, "new"), "a");
        Assert.Equal(["a.svg", "a.png"], files.Select(Path.GetFileName));
        Assert.Equal(diagram.Svg, File.ReadAllText(files[0]));
        Assert.Equal(diagram.Picture.Png.ToArray(), File.ReadAllBytes(files[1]));
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.Combine(folder.FullName, "new")).Length);
        Assert.InRange(new FileInfo(files[0]).Length, 5_000, 100_000);
    }

    private static DiagramLayout Layout(string name)
    {
        var architecture = Of(name);
        return ArchitectureDiagram.Arrange([architecture.Encoder, architecture.Decoder], "A title");
    }

    private static Architecture Of(string name)
    {
        if (name.StartsWith("random ", StringComparison.Ordinal))
        {
            var seed = int.Parse(name[7..]);
            var encoder = RandomGraphs.Make(seed, 1 + seed);
            return new Architecture(encoder, RandomGraphs.Make(seed + 1_000, 1 + seed % 20, before: encoder));
        }
        var data = Dataset.From(new float[10 * 784], [1, 28, 28], Enumerable.Range(0, 10).ToArray());
        using var noise = new SeededNoise(0);
        using var model = Models[name].Build(data.Spec, noise);
        return model.Describe();
    }

    /// <summary>What is to be seen, a hair's breadth smaller: neighbours may touch.</summary>
    private static (int Half, SKRect Area)[] Areas(DiagramLayout layout)
    {
        var areas = layout.Graph.Layers.SelectMany(vertex => new[] { (vertex.Half, Stack(vertex)), (vertex.Half, vertex.LabelArea) })
            .Concat(layout.Panels.Select((_, half) => (half, layout.CaptionArea(half))))
            .Concat(layout.Chips.Select(chip => (layout.Graph.Loose.First(loose => loose.Layer == chip.Layer).Half, chip.Area)));
        return [.. areas.Select(area => (area.Item1, SKRect.Inflate(area.Item2, -0.01f, -0.01f)))];
    }

    /// <summary>A bar with the sheets behind it.</summary>
    private static SKRect Stack(Vertex vertex)
    {
        var (bar, offset) = (vertex.Bar, vertex.Sheets * Vertex.SheetOffset);
        return new SKRect(bar.Left, bar.Top - offset, bar.Right + offset, bar.Bottom);
    }

    private sealed class Named(string name) : nn.Module(name);

    private sealed class Scale : nn.Module
    {
        private readonly TorchSharp.Modules.Parameter scale;

        public Scale(long size) : base(nameof(Scale))
        {
            scale = new(ones(size));
            RegisterComponents();
        }
    }
}
