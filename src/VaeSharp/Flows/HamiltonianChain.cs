using System.ComponentModel.DataAnnotations;

namespace VaeSharp.Flows;

/// <summary>How codes walk by Hamiltonian Monte Carlo. The defaults are the published code's for the Riemannian HVAE.</summary>
public sealed record HamiltonianChainSpec : Spec
{
    /// <summary>Number of proposals, each of which is accepted or not. Published code: 100.</summary>
    [Range(1, 100_000)]
    public int Proposals { get; init; } = 100;

    /// <summary>Number of leapfrog steps to a proposal. Published code: 15.</summary>
    [Range(1, 1000)]
    public int Leapfrogs { get; init; } = 15;

    /// <summary>Step size ε. Published code: 0.03.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double StepSize { get; init; } = 0.03;
}

/// <summary>
/// Walks that leave a density as it is: who starts with it ends with it, and who starts elsewhere comes nearer to it with every proposal.
/// </summary>
/// <remarks>
/// Neal 2011, MCMC using Hamiltonian dynamics, section 3.2. The momentum has temperature 1, since with one that cools on the way the
/// density would not stay.
/// </remarks>
/// <param name="spec">How it walks.</param>
/// <param name="logDensity">The log density up to a constant: [N, Z] → [N].</param>
/// <param name="force">
/// Its gradient: [N, Z] → [N, Z]. Any other function of z would leave the density as it is too, but less would be accepted.
/// </param>
internal sealed class HamiltonianChain(HamiltonianChainSpec spec, Func<Tensor, Tensor> logDensity, Func<Tensor, Tensor> force)
{
    /// <summary>Where codes are after all proposals, each by itself, and the share of those that were accepted.</summary>
    /// <param name="z">Where they start: [N, Z].</param>
    /// <param name="noise">The source of randomness.</param>
    /// <returns>[N, Z] and [N].</returns>
    public (Tensor Z, Tensor Accepted) Walk(Tensor z, Noise noise)
    {
        using var scope = NewDisposeScope();
        var step = full(1, spec.StepSize, dtype: z.dtype, device: z.device);
        Tensor[] cooling = [.. Enumerable.Repeat(ones_like(step), spec.Leapfrogs)];
        var (logP, accepted) = (logDensity(z), zeros(z.size(0), dtype: z.dtype, device: z.device));
        for (var i = 0; i < spec.Proposals; i++)
        {
            using var proposal = NewDisposeScope();
            var momentum = noise.Normal(z.shape, z.device).to_type(z.dtype);
            var (end, last) = Leapfrog.Follow(z, momentum, force, step, cooling);
            var logPEnd = logDensity(end);
            var gain = logPEnd - logP - 0.5 * (last.square() - momentum.square()).sum(dim: -1L);             // −ΔH
            var moves = noise.Uniform([z.size(0)], z.device) < gain.exp();                       // never where it is no number
            z = where(moves.unsqueeze(-1), end, z).MoveToOuterDisposeScope();
            logP = where(moves, logPEnd, logP).MoveToOuterDisposeScope();
            accepted.add_(moves.to_type(z.dtype));
        }
        return (z.MoveToOuterDisposeScope(), (accepted / spec.Proposals).MoveToOuterDisposeScope());
    }
}
