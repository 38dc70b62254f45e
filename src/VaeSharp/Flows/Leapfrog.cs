namespace VaeSharp.Flows;

/// <summary>The dynamics of the energy U(z) + ½‖ρ‖² in discrete steps, which can be followed backwards and keep the volume.</summary>
/// <remarks>Neal 2011, MCMC using Hamiltonian dynamics, eq. 2.28 to 2.30.</remarks>
internal static class Leapfrog
{
    /// <summary>
    /// A step for each factor: ρ̃ = ρ + ½ε F(z), z ← z + ερ̃, ρ ← α (ρ̃ + ½ε F(z)), whose determinant is α for each unit.
    /// </summary>
    /// <param name="z">Where it starts: [.., Z].</param>
    /// <param name="momentum">ρ at the start: [.., Z].</param>
    /// <param name="force">F = −∇U: [.., Z] → [.., Z].</param>
    /// <param name="step">ε, of each unit: [Z].</param>
    /// <param name="cooling">α of each step; 1 leaves the dynamics as they are.</param>
    public static (Tensor Z, Tensor Momentum) Follow(Tensor z, Tensor momentum, Func<Tensor, Tensor> force, Tensor step,
        IReadOnlyList<Tensor> cooling)
    {
        var half = 0.5 * step;
        var f = force(z);
        foreach (var alpha in cooling)
        {
            momentum = momentum + half * f;
            z = z + step * momentum;
            f = force(z);
            momentum = alpha * (momentum + half * f);
        }
        return (z, momentum);
    }
}
