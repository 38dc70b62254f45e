using VaeSharp.Distributions;
using VaeSharp.Networks;

namespace VaeSharp.Flows;

/// <summary>
/// T steps z ← σ ⊙ z + (1 − σ) ⊙ m, where m and σ of a unit depend on the units before it and on a context from the encoder.
/// </summary>
/// <remarks>Kingma et al. 2016, arXiv:1606.04934, algorithm 1, eq. 13 and 14. The order of the units is reversed between steps.</remarks>
public sealed class InverseAutoregressiveFlow : Flow
{
    // Added to s, so that steps begin near the identity; the paper has +1 or +2.
    private const double Open = 2;
    private readonly Linear context;
    private readonly TorchSharp.Modules.ModuleList<Made> steps;

    /// <summary>Makes the networks.</summary>
    /// <param name="features">Number of features that the encoder yields.</param>
    /// <param name="latent">The space of codes.</param>
    /// <param name="layers">Number T of steps.</param>
    /// <param name="hidden">Widths of the hidden layers of each step's network.</param>
    /// <param name="context">Size C of the context h.</param>
    public InverseAutoregressiveFlow(long features, LatentSpace latent, int layers, IReadOnlyList<long> hidden, int context)
        : base(nameof(InverseAutoregressiveFlow))
    {
        this.context = new Linear(features, context);
        var orders = Enumerable.Range(0, layers).Select(t => Made.Order(latent.Size, reversed: t % 2 == 1));
        steps = nn.ModuleList([.. orders.Select(order => new Made(order, hidden, 2, context))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Transformation Given(Tensor features)
    {
        var h = context.call(features);                                                          // [B, C]
        return z =>
        {
            var logDet = zeros(z.shape[..^1], z.dtype, z.device);
            foreach (var step in steps)
            {
                var outputs = step.Forward(z, h);
                var (m, s) = (outputs[0], outputs[1] + Open);                                    // [S, B, Z]
                z = m + s.sigmoid() * (z - m);
                logDet = logDet - nn.functional.softplus(-s).sum(dim: -1L);                      // Σ log σ
            }
            return (z, logDet);
        };
    }
}
