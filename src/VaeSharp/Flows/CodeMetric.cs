namespace VaeSharp.Flows;

/// <summary>
/// How far apart neighbouring codes are: G⁻¹(z) = Σᵢ LᵢLᵢᵀ exp(−‖z − cᵢ‖²/T²) + λI, over centroids cᵢ and one of each row's own.
/// </summary>
/// <remarks>
/// Far from all centroids G is I/λ, so that volumes are large where there are no data. Chadebec et al. 2020, arXiv:2010.11518.
/// </remarks>
/// <param name="centroids">cᵢ: [N, Z].</param>
/// <param name="factors">Lᵢ: [N, Z, Z]; a centroid whose factor is 0 is not there.</param>
/// <param name="own">The centroid of each row: [B, Z].</param>
/// <param name="ownFactor">L of each row: [B, Z, Z].</param>
/// <param name="reach">T, how far a centroid is felt.</param>
/// <param name="floor">λ, of G⁻¹'s eigenvalues.</param>
internal sealed class CodeMetric(Tensor centroids, Tensor factors, Tensor own, Tensor ownFactor, double reach, double floor)
{
    private readonly Tensor matrices = factors.bmm(factors.transpose(1, 2)).flatten(1);              // LᵢLᵢᵀ  [N, Z²]
    private readonly Tensor norms = centroids.square().sum(dim: -1L);                                // ‖cᵢ‖²  [N]
    private readonly Tensor background = floor * eye(centroids.size(1), dtype: centroids.dtype, device: centroids.device);
    private readonly Tensor ownMatrix = ownFactor.bmm(ownFactor.transpose(1, 2));                    // [B, Z, Z]

    /// <summary>The metric at codes: [.., B, Z].</summary>
    public Place At(Tensor z)
    {
        var distance = z.square().sum(-1, keepdim: true) - 2 * nn.functional.linear(z, centroids) + norms;
        var weights = (distance / -(reach * reach)).exp();                                           // [.., B, N]
        var ownWeight = ((z - own).square().sum(-1, keepdim: true) / -(reach * reach)).exp();        // [.., B, 1]
        var inverse = nn.functional.linear(weights, matrices.t()).view([.. z.shape, z.size(-1)])
            + ownWeight.unsqueeze(-1) * ownMatrix + background;
        return new Place(this, z, weights, ownWeight, inverse);
    }

    /// <summary>The metric at some codes.</summary>
    /// <param name="metric">The whole metric.</param>
    /// <param name="z">Where: [.., B, Z].</param>
    /// <param name="weights">exp(−‖z − cᵢ‖²/T²): [.., B, N].</param>
    /// <param name="ownWeight">The same of the row's own centroid: [.., B, 1].</param>
    /// <param name="inverse">G⁻¹(z): [.., B, Z, Z].</param>
    internal sealed class Place(CodeMetric metric, Tensor z, Tensor weights, Tensor ownWeight, Tensor inverse)
    {
        private Tensor? cholesky;
        private Tensor? g;

        public Tensor Z => z;

        // G⁻¹ = C Cᵀ, in double precision: near centroids its eigenvalues can be millions of times those far from them. Most places that
        // are passed on the way to a solution need none.
        private Tensor Cholesky => cholesky ??= linalg.cholesky_ex(inverse.to_type(float64)).L;

        /// <summary>log det G: [.., B].</summary>
        public Tensor LogDeterminant => -2 * Cholesky.diagonal(0, -2, -1).log().sum(dim: -1L).to_type(z.dtype);

        /// <summary>G⁻¹ρ, which momentum moves a code by: [.., B, Z].</summary>
        public Tensor Velocity(Tensor momentum) => (inverse * momentum.unsqueeze(-2)).sum(dim: -1L);

        /// <summary>A momentum of N(0, G) from standard normal numbers: C⁻ᵀγ. [.., B, Z] each.</summary>
        public Tensor Momentum(Tensor gamma) =>
            linalg.solve_triangular(Cholesky.transpose(-2, -1), gamma.unsqueeze(-1).to_type(float64), upper: true)
                .squeeze(-1).to_type(z.dtype);

        /// <summary>
        /// −∂/∂z (½ log det G + ½ ρᵀG⁻¹ρ) = T⁻² Σᵢ tr((ρρᵀ − G) LᵢLᵢᵀ) exp(−‖z − cᵢ‖²/T²) (z − cᵢ): [.., B, Z].
        /// </summary>
        public Tensor Force(Tensor momentum)
        {
            var excess = momentum.unsqueeze(-1) * momentum.unsqueeze(-2) - (g ??= Matrix());         // ρρᵀ − G
            return metric.Away(z, weights * nn.functional.linear(excess.flatten(-2), metric.matrices),
                ownWeight * (excess * metric.ownMatrix).flatten(-2).sum(-1, keepdim: true));
        }

        // G = C⁻ᵀC⁻¹
        private Tensor Matrix()
        {
            var (shape, size) = (inverse.shape, inverse.size(-1));
            var one = eye(size, dtype: float64, device: z.device).expand(shape);
            var root = linalg.solve_triangular(Cholesky, one, upper: false).reshape(-1, size, size);
            return root.transpose(1, 2).bmm(root).view(shape).to_type(z.dtype);
        }
    }

    // T⁻² Σᵢ pᵢ (z − cᵢ), for pulls [.., B, N] and [.., B, 1].
    private Tensor Away(Tensor z, Tensor pull, Tensor ownPull) =>
        (z * pull.sum(-1, keepdim: true) - nn.functional.linear(pull, centroids.t()) + ownPull * (z - own)) / (reach * reach);
}
