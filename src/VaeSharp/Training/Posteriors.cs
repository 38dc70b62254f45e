namespace VaeSharp.Training;

/// <summary>q(z|x) of some examples.</summary>
/// <param name="Mean">The means: [N, Z].</param>
/// <param name="LogVar">The logarithms of the variances, [N, Z]; null where q(z|x) is not a Gaussian with independent units.</param>
public sealed record Posteriors(float[] Mean, float[]? LogVar);
