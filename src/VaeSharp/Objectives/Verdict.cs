namespace VaeSharp.Objectives;

/// <summary>What a critic of images loses by each kind of them. Larsen et al. 2016, algorithm 1.</summary>
/// <param name="real">log D / (1 − D) of examples: [B].</param>
/// <param name="decoded">That of decoded codes: [B].</param>
/// <param name="drawn">That of decoded draws from the prior: [B].</param>
internal sealed class Verdict(Tensor real, Tensor decoded, Tensor drawn)
{
    public Tensor Real { get; } = Critic.Yes(real).mean();                                       // −log D(x)

    public Tensor Decoded { get; } = Critic.No(decoded).mean();                                  // −log (1 − D(x̂))

    public Tensor Drawn { get; } = Critic.No(drawn).mean();                                      // −log (1 − D(x̃))

    public Tensor Loss => 0.5 * (Real + Made);                                                   // C

    private Tensor Made => 0.5 * (Decoded + Drawn);

    /// <summary>
    /// Whose turn it is: the critic waits where he tells one side too well, the decoder where he cannot tell one; where both would wait,
    /// none does. The official code's rule.
    /// </summary>
    public (bool Decoder, bool Critic) Turns(double equilibrium, double margin)
    {
        var (real, made) = (Real.item<float>(), Made.item<float>());
        var decoder = Math.Max(real, made) <= equilibrium + margin;
        var critic = Math.Min(real, made) >= equilibrium - margin;
        return decoder || critic ? (decoder, critic) : (true, true);
    }
}
