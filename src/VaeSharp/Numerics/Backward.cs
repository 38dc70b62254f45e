using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace VaeSharp.Numerics;

/// <summary>Passes backwards, which throw what a function of the library threw on the way.</summary>
internal static class Backward
{
    // libtorch differentiates what lies on the processor on the thread that asks for it. On a device's own thread nothing is found here:
    // its callers get libtorch's exception.
    [ThreadStatic]
    private static ExceptionDispatchInfo? failure;

    /// <summary>Adds ∂/∂leaf Σ g · y to the gradient of each leaf.</summary>
    /// <param name="y">What is differentiated.</param>
    /// <param name="gradient">g, in y's shape; null for 1, where y is one number.</param>
    /// <param name="retainGraph">Whether y can be differentiated again.</param>
    /// <param name="createGraph">Whether the gradients can be differentiated.</param>
    /// <param name="leaves">What gets a gradient, and nothing else does.</param>
    public static void Through(Tensor y, Tensor? gradient, bool retainGraph, bool createGraph, Tensor[] leaves)
    {
        failure = null;
        Tensor[]? gradients = gradient is null ? null : [gradient];
        try
        {
            y.backward(gradients!, retainGraph, createGraph, leaves);
        }
        catch (ExternalException) when (failure is { } kept)
        {
            failure = null;
            kept.Throw();
        }
    }

    /// <summary>Keeps what was thrown where no exception may pass.</summary>
    public static void Keep(Exception exception) => failure = ExceptionDispatchInfo.Capture(exception);
}
