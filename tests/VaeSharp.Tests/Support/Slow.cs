namespace VaeSharp.Tests.Support;

/// <summary>
/// Tests that take long run where the environment variable <c>VAESHARP_SLOW</c> is 1: <c>bash .ci/run --slow</c> sets it.
/// </summary>
internal static class Slow
{
    public const string Variable = "VAESHARP_SLOW";

    public static bool IsOn { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } and not "0";

    /// <summary>The cases that always run, and where slow tests run the others too.</summary>
    public static T[] Cases<T>(T[] always, params T[] slow) => IsOn ? [.. always, .. slow] : always;
}
