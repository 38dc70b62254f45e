using VaeSharp.Networks;

namespace VaeSharp.Priors;

/// <summary>
/// A layer of two stacks, one of the rows above a place and one of its row up to it: together they see all places in front, where one stack
/// of masked convolutions has a blind spot.
/// </summary>
/// <remarks>van den Oord et al. 2016, arXiv:1606.05328, figure 2 and eq. 2 and 4.</remarks>
internal sealed class GatedPixelLayer : nn.Module
{
    private readonly RowsAbove vertical;
    private readonly MaskedConvolution horizontal;
    private readonly Convolution link;
    private readonly MaskedConvolution output;
    private readonly Linear? label;
    private readonly bool isFirst;

    /// <summary>Makes a layer.</summary>
    /// <param name="groups">The group of each feature: the index of a place that it may know, beside those in front.</param>
    /// <param name="reach">Places that it sees in front, above, and to both sides above.</param>
    /// <param name="classes">Number of classes that are told; 0 where none is.</param>
    /// <param name="isFirst">Whether its input says the index itself, which is to be hidden (mask A); behind it mask B is enough.</param>
    public GatedPixelLayer(int[] groups, long reach, long classes, bool isFirst) : base(nameof(GatedPixelLayer))
    {
        this.isFirst = isFirst;
        var features = groups.Length;
        vertical = new RowsAbove(features, 2 * features, reach, isStrict: isFirst);
        horizontal = new MaskedConvolution(groups, [.. groups, .. groups], reach, isStrict: isFirst);
        link = new Convolution(2 * features, 2 * features, kernel: 1, stride: 1);
        output = new MaskedConvolution(groups, groups, reach: 0, isStrict: false);
        label = classes > 0 ? new Linear(classes, 4 * features) : null;
        RegisterComponents();
    }

    /// <summary>
    /// The stack of the rows above, [N, F, h, w], and what it tells the other one, [N, 2F, h, w], given weights of labels [N, Y] where they
    /// are told. Of a row's own indices neither knows anything.
    /// </summary>
    public (Tensor Above, Tensor Told) FromAbove(Tensor above, Tensor? told)
    {
        var rows = vertical.call(above);                                                         // [N, 2F, h, w]
        var row = link.call(rows);
        if (label is not null)
        {
            var terms = label.call(told!).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
            (rows, row) = (rows + terms[0], row + terms[1]);
        }
        return (Gate(rows), row);
    }

    /// <summary>The stack of each row by itself, [N, F, h, w], given what the other one tells.</summary>
    public Tensor Along(Tensor before, Tensor told)
    {
        var next = output.call(Gate(horizontal.call(before) + told));
        return isFirst ? next : before + next;                                                   // what comes in first is the index itself
    }

    private static Tensor Gate(Tensor x)
    {
        var halves = x.chunk(2, 1);
        return halves[0].tanh() * halves[1].sigmoid();
    }
}
