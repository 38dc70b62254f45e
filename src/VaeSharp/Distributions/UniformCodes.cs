namespace VaeSharp.Distributions;

/// <summary>The uniform distribution over finitely many codes. Its densities are probabilities.</summary>
/// <param name="codes">The codes.</param>
/// <param name="device">Where draws are made.</param>
public sealed class UniformCodes(ICodes codes, Device device) : Distribution(codes.Shape.Length)
{
    /// <summary>The logarithm of the number of codes, in nats: n log K for n indices of K values each.</summary>
    public double Entropy => codes.IndexCount * Math.Log(codes.Count);

    /// <inheritdoc/>
    public override Tensor Mean => codes.Middle;

    /// <inheritdoc/>
    public override Tensor Sample(long samples, Noise noise)
    {
        var u = noise.Uniform([samples, .. codes.IndexShape], device);
        return codes.At((u * codes.Count).to_type(int64).clamp(max: codes.Count - 1)).detach();
    }

    /// <inheritdoc/>
    /// <remarks>What is no code is not looked for: all that the model asks about is one.</remarks>
    public override Tensor LogProb(Tensor x) => full(x.shape[..^EventRank], -Entropy, dtype: float32, device: x.device);

    /// <inheritdoc/>
    public override Distribution Detached() => this;
}
