namespace VaeSharp;

/// <summary>A draw and its log density under the distribution that made it.</summary>
/// <param name="z">The draw: [S, B, *].</param>
/// <param name="logQ">Computes the log density, [S, B], when it is first asked for; null where the distribution has none.</param>
public sealed class Draw(Tensor z, Func<Tensor>? logQ)
{
    private readonly Lazy<Tensor?> logQ = new(() => logQ?.Invoke());

    /// <summary>The draw: [S, B, *].</summary>
    public Tensor Z => z;

    /// <summary>The log density of the draw: [S, B]. Null where the distribution has no density.</summary>
    public Tensor? LogQ => logQ.Value;

    /// <summary>
    /// Which of finitely many codes were drawn, [S, B, .., Q] int64, or [1, B, .., Q] where all draws are equal; null where codes have no
    /// indices.
    /// </summary>
    public Tensor? Indices { get; init; }

    /// <summary>What was drawn, behind which no gradient passes.</summary>
    internal Draw Detached() => new(z.detach(), logQ: null) { Indices = Indices };
}
