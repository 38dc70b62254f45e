namespace VaeSharp.Numerics;

/// <summary>
/// The identity, whose gradient is multiplied by a factor that may become known after the pass: the weight of a draw, which needs the draw
/// to be decoded first.
/// </summary>
/// <remarks>libtorch's hooks on tensors would do the same, but TorchSharp has none.</remarks>
public sealed class GradientGate
{
    /// <summary>What gradients are multiplied by, of the leading dimensions of what passes; null for 1. It passes no gradient on.</summary>
    public Tensor? Factor { get; set; }

    /// <summary>The same numbers, behind the gate.</summary>
    public Tensor Pass(Tensor x) => x.requires_grad ? Function.apply(x, this) : x;

    private Tensor Scale(Tensor gradient)
    {
        if (Factor is not { } factor)
            return gradient;
        var trailing = Enumerable.Repeat(1L, (int)(gradient.dim() - factor.dim()));
        return gradient * factor.detach().reshape([.. factor.shape, .. trailing]);
    }

    private sealed class Function : GuardedFunction<Function>
    {
        public override string Name => nameof(GradientGate);

        protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
        {
            ctx.save_data(nameof(GradientGate), vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient) =>
            [((GradientGate)ctx.get_data(nameof(GradientGate))).Scale(gradient), null!];
    }
}
