using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>
/// yₖ = ‖aₖ‖ times the signed distance of a point of hyperbolic space from the k-th hyperplane: [N, Z + told] → [N, outputs]. The plane
/// stands at the distance bₖ from the origin, across the direction aₖ.
/// </summary>
/// <remarks>
/// Ganea, Bécigneul and Hofmann 2018, arXiv:1805.09112, theorem 5; Mathieu et al. 2019, arXiv:1901.06033, eq. 11. For c → 0 it is a linear
/// layer, aᵀz − ‖a‖ b. What a condition puts behind a code comes in by a linear layer of its own.
/// </remarks>
internal sealed class GeodesicLayer : Layer, IDescribed
{
    // sinh is taken no further out: there are no more than 10¹⁷, whose square is a number in single precision.
    private const double Most = 20;
    private const double Tiny = 1e-30;
    private readonly Parameter weight;
    private readonly Parameter offset;
    private readonly Linear? told;
    private readonly double root;

    /// <summary>Makes the planes through the origin, whose directions <see cref="Layer.Initialise"/> draws.</summary>
    public GeodesicLayer(LatentSpace latent, long told, long outputs, Activation? activation = null)
        : base(nameof(GeodesicLayer), activation)
    {
        root = Math.Sqrt(latent.Curvature);
        weight = nn.Parameter(empty(outputs, latent.Size));
        offset = nn.Parameter(zeros(outputs));
        if (told > 0)
            this.told = new Linear(told, outputs);
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override Parameter Kernel => weight;

    /// <inheritdoc/>
    /// <remarks>
    /// √c d = arsinh(sinh ρ cosh β uᵀâ − cosh ρ sinh β), with ρ u the point and β â the plane's nearest point, each in units of the radius
    /// of curvature. Further out than where sinh ρ and cosh ρ are alike, the distance grows by what ρ does.
    /// </remarks>
    public override Tensor forward(Tensor x)
    {
        var z = root * x.narrow(1, 0, weight.size(1)).to_type(float32);
        var rho = Norm(z);
        var near = rho.clamp_max(Most);
        var point = cat([z * (near.sinh() / rho), near.cosh()], dim: 1);                         // [N, Z + 1]
        var length = Norm(weight);
        var beta = (root * offset).clamp(-Most, Most).unsqueeze(1);
        var plane = cat([weight * (beta.cosh() / length), -beta.sinh()], dim: 1);                // [outputs, Z + 1]
        var sine = nn.functional.linear(point, plane);                                           // [N, outputs]
        var distance = sine.asinh();
        if (rho.detach().max().item<float>() > Most)                                             // which is rare, and takes as long again
            distance = distance + sine.sign() * (rho - near);
        var y = distance * (length / root).squeeze(1);
        y = told is null ? y : y + told.call(x.narrow(1, weight.size(1), x.size(1) - weight.size(1)));
        return Activation is { } function ? function.Apply(y) : y;
    }

    /// <inheritdoc/>
    public LayerNode Describe(LayerGraph graph, LayerNode input) => graph.Other(this, [weight.size(0)], input);

    private static Tensor Norm(Tensor x) => (x.square().sum(1, keepdim: true) + Tiny).sqrt();
}
