using VaeSharp.Networks;

namespace VaeSharp.Imaging.Diagrams;

/// <summary>Layers in ranks, so that each stands behind those that it is connected to.</summary>
/// <remarks>Source: Sugiyama, Tagawa and Toda 1981, "Methods for visual understanding of hierarchical system structures".</remarks>
internal sealed class RankedGraph
{
    private const int Sweeps = 12;
    private readonly List<Vertex> vertices = [];
    private readonly Dictionary<LayerNode, Vertex> places = [];
    private readonly Dictionary<(Vertex Source, int Rank), Vertex> passing = [];

    public RankedGraph(IReadOnlyList<LayerGraph> halves)
    {
        var start = 0;
        for (var half = 0; half < halves.Count; half++)
            start = Place(halves[half], half, start);
        Starts = [.. halves.Select((_, half) =>
            Layers.Where(vertex => vertex.Half == half).Select(vertex => vertex.Rank).DefaultIfEmpty(-1).Min())];
        foreach (var vertex in Layers.ToList())
        {
            foreach (var input in vertex.Layer!.Inputs.Distinct().Where(places.ContainsKey))
                Connect(places[input], vertex, isSame: false);
        }
        if (halves.Count == 2 && Code(halves[0]) is { } code && Told(halves[1]).FirstOrDefault() is { } coded)
            Connect(code, coded, isSame: true);
        SameInputs = halves.Count < 2 ? [] : [.. from input in Told(halves[0])
                                                 from other in Told(halves[1])
                                                 where input.Layer!.Name == other.Layer!.Name
                                                 select (input, other)];
        Ranks = [.. Enumerable.Range(0, start).Select(rank => vertices.Where(vertex => vertex.Rank == rank).ToList())];
        Untangle();
    }

    /// <summary>The layers.</summary>
    public IEnumerable<Vertex> Layers => vertices.Where(vertex => vertex.Layer is not null);

    /// <summary>What has parameters but no place in the order of the pass, with the number of its half.</summary>
    public List<(int Half, LayerNode Layer)> Loose { get; } = [];

    /// <summary>The places of each rank, from top to bottom.</summary>
    public List<List<Vertex>> Ranks { get; }

    /// <summary>The first rank of each half; −1 where all its layers are loose.</summary>
    public int[] Starts { get; }

    /// <summary>All lines, each to the next rank.</summary>
    public List<Link> Links { get; } = [];

    /// <summary>Inputs of both halves that are the same: a label.</summary>
    public (Vertex First, Vertex Second)[] SameInputs { get; }

    private int Place(LayerGraph graph, int half, int start)
    {
        var used = graph.Nodes.SelectMany(node => node.Inputs).ToHashSet();
        var placed = new List<Vertex>();
        foreach (var node in graph.Nodes)
        {
            if (node is { Type: LayerType.Other, Inputs.Count: 0 } && !used.Contains(node))
            {
                Loose.Add((half, node));
                continue;
            }
            var before = node.Inputs.Where(places.ContainsKey).Select(input => places[input].Rank + 1).DefaultIfEmpty(start).Max();
            placed.Add(places[node] = new Vertex(node, half, before));
        }
        // All but the first input stand where they are used.
        foreach (var source in placed.Skip(1).Where(vertex => vertex.Layer!.Inputs.Count == 0))
        {
            var behind = placed.Where(vertex => vertex.Layer!.Inputs.Contains(source.Layer!)).Select(vertex => vertex.Rank);
            source.Rank = behind.DefaultIfEmpty(source.Rank + 1).Min() - 1;
        }
        vertices.AddRange(placed);
        return placed.Select(vertex => vertex.Rank + 1).DefaultIfEmpty(start).Max();
    }

    private Vertex? Code(LayerGraph encoder) => encoder.Nodes.Reverse().Where(places.ContainsKey)
        .OrderByDescending(node => node.Type == LayerType.Sampling).ThenByDescending(encoder.Outputs.Contains)
        .Select(node => places[node]).FirstOrDefault();

    private IEnumerable<Vertex> Told(LayerGraph graph) => graph.Inputs.Where(places.ContainsKey).Select(node => places[node]);

    private void Connect(Vertex from, Vertex to, bool isSame)
    {
        var last = from;
        for (var rank = from.Rank + 1; rank <= to.Rank; rank++)
        {
            var next = rank == to.Rank ? to : passing.GetValueOrDefault((from, rank));
            if (next is null)
                vertices.Add(passing[(from, rank)] = next = new Vertex(null, from.Half, rank));
            if (!last.Behind.Contains(next))
            {
                Links.Add(new Link(last, next, isSame));
                last.Behind.Add(next);
                next.Before.Add(last);
            }
            last = next;
        }
    }

    /// <summary>Orders the places of each rank by the middle of their neighbours; the order with the fewest crossings stays.</summary>
    private void Untangle()
    {
        var best = Ranks.Select(rank => rank.ToArray()).ToArray();
        var fewest = Crossings();
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            var forward = sweep % 2 == 0;
            for (var i = 1; i < Ranks.Count; i++)
            {
                var rank = forward ? i : Ranks.Count - 1 - i;
                var neighbours = Ranks[forward ? rank - 1 : rank + 1];
                Ranks[rank] = [.. Ranks[rank].Select((vertex, at) => (vertex, at)).OrderBy(place =>
                    (forward ? place.vertex.Before : place.vertex.Behind).Select(vertex => (double)neighbours.IndexOf(vertex))
                        .DefaultIfEmpty(place.at).Average()).Select(place => place.vertex)];
            }
            var crossings = Crossings();
            if (crossings < fewest)
                (fewest, best) = (crossings, [.. Ranks.Select(rank => rank.ToArray())]);
        }
        for (var rank = 0; rank < Ranks.Count; rank++)
            Ranks[rank] = [.. best[rank]];
    }

    private int Crossings()
    {
        var place = Ranks.SelectMany(rank => rank.Select((vertex, at) => (vertex, at))).ToDictionary();
        return Links.GroupBy(link => link.From.Rank).Sum(links =>
        {
            var ends = links.Select(link => (From: place[link.From], To: place[link.To])).ToArray();
            return ends.Sum(a => ends.Count(b => a.From < b.From && a.To > b.To));
        });
    }
}
