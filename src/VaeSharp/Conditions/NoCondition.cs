using VaeSharp.Networks;

namespace VaeSharp.Conditions;

/// <summary>Nothing is told.</summary>
[Part("none")]
public sealed record NoConditionSpec : ConditionSpec
{
    /// <inheritdoc/>
    public override Condition Build(DataSpec data, Form form) => new NoCondition(data, form);
}

/// <summary>Nothing is told.</summary>
public sealed class NoCondition : Condition
{
    private readonly long[] input;

    /// <summary>Makes the condition for examples of one shape.</summary>
    public NoCondition(DataSpec data, Form form) : base(nameof(NoCondition))
    {
        input = form == Form.Vector ? [data.Size] : [.. data.Shape];
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool NeedsLabels => false;

    /// <inheritdoc/>
    public override long[] Input => input;

    /// <inheritdoc/>
    public override long Width => 0;

    /// <inheritdoc/>
    public override Tensor BesideData(Tensor x, Tensor? labels) => x.reshape([-1, .. input]);

    /// <inheritdoc/>
    public override Tensor BesideCode(Tensor z, Tensor? labels) => z;
}
