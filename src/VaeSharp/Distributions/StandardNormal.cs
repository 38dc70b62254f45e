namespace VaeSharp.Distributions;

/// <summary>N(0, I).</summary>
/// <param name="shape">The shape of one event.</param>
/// <param name="device">Where draws are made.</param>
public sealed class StandardNormal(long[] shape, Device device) : Distribution(shape.Length)
{
    /// <inheritdoc/>
    public override Tensor Mean => zeros(shape, device: device);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var z = noise.Normal([samples, .. shape], device);
        return new Draw(z, () => LogProb(z));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x) => -0.5 * SumEvent(x.square() + Normal.LogTwoPi);

    /// <inheritdoc/>
    public override Distribution Detached() => this;
}
