using VaeSharp.Models;

namespace VaeSharp.Objectives;

/// <summary>Draws from the model's own prior, to compare codes with.</summary>
internal static class PriorDraws
{
    /// <summary>As many draws as there are codes, for the same labels: [S, B, Z].</summary>
    public static Tensor Like(Tensor codes, Autoencoder model, Trace trace, Progress progress)
    {
        var labels = trace.Batch.Labels is { } told                                              // [SB] or [SB, K]
            ? told.expand([codes.size(0), .. told.shape]).flatten(0, 1)
            : null;
        return model.DrawCodes(codes.size(0) * codes.size(1), labels, progress).view(codes.shape);
    }
}
