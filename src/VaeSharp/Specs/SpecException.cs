namespace VaeSharp.Specs;

/// <summary>A description that cannot be carried out. It holds every reason, not the first one only.</summary>
public sealed class SpecException : ArgumentException
{
    /// <summary>One reason.</summary>
    public SpecException(string violation) : this([new Violation("", violation)])
    {
    }

    /// <summary>All reasons.</summary>
    public SpecException(IReadOnlyList<Violation> violations) : base(string.Join(Environment.NewLine, violations)) =>
        Violations = violations;

    /// <summary>What is wrong, and where.</summary>
    public IReadOnlyList<Violation> Violations { get; }
}

/// <summary>One thing that is wrong with a description.</summary>
/// <param name="Path">The property, from the outermost to the innermost: <c>model.objective.rate.beta</c>. Empty where no single property
/// is at fault.</param>
/// <param name="Message">What must hold and what came.</param>
public sealed record Violation(string Path, string Message)
{
    /// <summary>The path and the message, as one line.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
