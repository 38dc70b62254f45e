using TorchSharp.Modules;
using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>Groups of units, each with a quantiser of its own: K codes in each of G groups are Kᴳ codes.</summary>
internal sealed class ProductQuantiser : Quantiser
{
    private readonly ModuleList<Quantiser> groups;

    /// <summary>Makes the quantiser from those of groups of as many units each, with as many codes each.</summary>
    public ProductQuantiser(IEnumerable<Quantiser> groups) : base(nameof(ProductQuantiser))
    {
        this.groups = nn.ModuleList([.. groups]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Count => groups[0].Count;

    /// <inheritdoc/>
    public override long Indices => groups.Sum(group => group.Indices);

    /// <inheritdoc/>
    public override Tensor Middle => cat([.. groups.Select(group => group.Middle)]);

    /// <inheritdoc/>
    public override Quantisation Of(Tensor x)
    {
        var found = x.chunk(groups.Count, 1).Zip(groups, (units, group) => group.Of(units)).ToList();
        var losses = found.SelectMany(one => one.Losses).GroupBy(loss => loss.Name)
            .Select(same => (same.Key, same.Select(loss => loss.Value).Aggregate((sum, term) => sum + term)));
        return new Quantisation(x.detach(), Joined(one => one.Codes), Joined(one => one.Indices), [.. losses]);

        Tensor Joined(Func<Quantisation, Tensor> part) => cat([.. found.Select(part)], dim: 1);
    }

    /// <inheritdoc/>
    public override Tensor At(Tensor indices) =>
        cat([.. indices.chunk(groups.Count, 1).Zip(groups, (own, group) => group.At(own))], dim: 1);

    /// <inheritdoc/>
    public override void Update(Quantisation choice, Progress progress)
    {
        using var scope = NewDisposeScope();
        var (inputs, codes, indices) =
            (choice.Inputs.chunk(groups.Count, 1), choice.Codes.chunk(groups.Count, 1), choice.Indices.chunk(groups.Count, 1));
        for (var i = 0; i < groups.Count; i++)
            groups[i].Update(new Quantisation(inputs[i], codes[i], indices[i], []), progress);
    }
}
