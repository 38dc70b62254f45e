namespace VaeSharp.Numerics;

/// <summary>Functions of libtorch that TorchSharp has no binding of, reached through a script in libtorch's own language.</summary>
/// <param name="source">Function definitions.</param>
internal sealed class TorchScript(string source)
{
    private readonly Lazy<jit.CompilationUnit> unit = new(() => jit.compile(source + '\n'));                  // the parser fails without it

    /// <summary>Runs one function of the script.</summary>
    /// <remarks>
    /// TorchSharp takes the handle of a number that is converted on the way and forgets the number, which the collector may then free
    /// before the call; so numbers are converted here, and live until the call is over.
    /// </remarks>
    public object? Invoke(string function, params object[] arguments)
    {
        var converted = Array.ConvertAll(arguments, argument => argument switch
        {
            double number => (Scalar)number,
            long number => (Scalar)number,
            _ => argument,
        });
        var result = unit.Value.invoke(function, converted);
        foreach (var scalar in converted.OfType<Scalar>())
            scalar.Dispose();
        GC.KeepAlive(arguments);
        return result;
    }
}
