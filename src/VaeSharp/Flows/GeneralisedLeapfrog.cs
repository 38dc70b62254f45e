namespace VaeSharp.Flows;

/// <summary>
/// The dynamics of the energy U(z) + ½ log det G(z) + ½ ρᵀG⁻¹(z)ρ in discrete steps. Two of a step's three equations are implicit; as far
/// as they are solved, it can be followed backwards and keeps the volume.
/// </summary>
/// <remarks>Girolami and Calderhead 2011, Riemann Manifold Langevin and Hamiltonian Monte Carlo Methods, eq. 16 to 18.</remarks>
internal static class GeneralisedLeapfrog
{
    /// <summary>
    /// A step for each factor: ρ̃ = ρ + ½ε F(z, ρ̃), z′ = z + ½ε (G⁻¹(z) + G⁻¹(z′)) ρ̃, ρ ← α (ρ̃ + ½ε F(z′, ρ̃)).
    /// </summary>
    /// <param name="start">Where it starts.</param>
    /// <param name="momentum">ρ at the start: [.., Z].</param>
    /// <param name="force">−∇U: [.., Z] → [.., Z].</param>
    /// <param name="metric">G.</param>
    /// <param name="step">ε.</param>
    /// <param name="cooling">α of each step; 1 leaves the dynamics as they are.</param>
    /// <param name="iterations">How often a solution of an implicit equation is put into it again.</param>
    public static (CodeMetric.Place End, Tensor Momentum) Follow(CodeMetric.Place start, Tensor momentum, Func<Tensor, Tensor> force,
        CodeMetric metric, double step, IReadOnlyList<double> cooling, int iterations)
    {
        var (place, f, half) = (start, force(start.Z), 0.5 * step);
        foreach (var alpha in cooling)
        {
            var straight = momentum + half * f;
            for (var i = 0; i <= iterations; i++)
                momentum = straight + half * place.Force(momentum);
            var velocity = place.Velocity(momentum);
            var next = metric.At(place.Z + step * velocity);
            for (var i = 0; i < iterations; i++)
                next = metric.At(place.Z + half * (velocity + next.Velocity(momentum)));
            (place, f) = (next, force(next.Z));
            momentum = alpha * (momentum + half * (f + place.Force(momentum)));
        }
        return (place, momentum);
    }
}
