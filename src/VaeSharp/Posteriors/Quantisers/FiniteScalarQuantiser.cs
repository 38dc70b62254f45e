using VaeSharp.Distributions;

namespace VaeSharp.Posteriors;

/// <summary>Each unit is bounded and rounded to one of a few levels. Nothing of it learns. Mentzer et al. 2023, arXiv:2309.15505.</summary>
internal sealed class FiniteScalarQuantiser : Quantiser
{
    // A little beyond the outermost levels, so that they can be reached.
    private const double Margin = 1e-3;
    private readonly double[] levels;
    private readonly double[] place;

    /// <summary>Makes the quantiser.</summary>
    /// <param name="levels">Number L of levels of each unit.</param>
    public FiniteScalarQuantiser(IReadOnlyList<long> levels) : base(nameof(FiniteScalarQuantiser))
    {
        this.levels = [.. levels.Select(level => (double)level)];
        place = new double[levels.Count];
        place[0] = 1;
        for (var i = 1; i < place.Length; i++)
            place[i] = place[i - 1] * levels[i - 1];
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Count => (long)levels.Aggregate(1.0, (product, level) => product * level);

    /// <inheritdoc/>
    public override Tensor Middle => Row(level => ((level - 1) / 2 - Math.Floor(level / 2)) / Math.Floor(level / 2), CPU);

    /// <inheritdoc/>
    public override Quantisation Of(Tensor x)
    {
        var bounded = Bounded(x);
        var half = Row(level => Math.Floor(level / 2), x.device);
        var rounded = bounded.detach().round().maximum(-half).minimum(Row(level => level - 1, x.device) - half);
        var digits = (rounded + half).to_type(float64) * Places(x.device);
        var codes = CodeGradient.StraightThrough.Pass(bounded, rounded) / half;
        return new Quantisation(x.detach(), codes, digits.sum(1, keepdim: true).to_type(int64), []);
    }

    /// <inheritdoc/>
    public override Tensor At(Tensor indices)
    {
        var half = Row(level => Math.Floor(level / 2), indices.device);
        var digits = (indices.to_type(float64) / Places(indices.device)).floor().remainder(Row(level => level, indices.device));
        return ((digits - half) / half).to_type(float32);                                        // [N, D]
    }

    /// <summary>tanh(x + s) h − o with h = (L − 1)(1 + ε)/2, o = ½ for an even L and 0 for an odd one, and s such that 0 stays 0.</summary>
    internal Tensor Bounded(Tensor x)
    {
        var (scale, offset) = (Row(Scale, x.device), Row(Offset, x.device));
        return (x + Row(level => Math.Atanh(Offset(level) / Scale(level)), x.device)).tanh() * scale - offset;

        static double Scale(double level) => (level - 1) * (1 + Margin) / 2;
        static double Offset(double level) => level % 2 == 0 ? 0.5 : 0;
    }

    private Tensor Row(Func<double, double> of, Device device) =>
        tensor(levels.Select(level => (float)of(level)).ToArray(), device: device);

    private Tensor Places(Device device) => tensor(place, device: device);
}
