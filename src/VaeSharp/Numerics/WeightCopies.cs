namespace VaeSharp.Numerics;

/// <summary>
/// Copies of weights in bfloat16, which layers multiply in the place of the weights. They are leaves of their own: gradients arrive at
/// them, in bfloat16. Who moves a weight moves its copy.
/// </summary>
public sealed class WeightCopies : IDisposable
{
    // The weight itself is held too: the address of one that was freed could come back as another tensor's.
    private readonly Dictionary<nint, (Tensor Weight, Tensor? Copy)> copies = [];

    /// <summary>Lets weights have copies from now on. Their values may then change only where copies follow.</summary>
    public void Add(IEnumerable<Tensor> weights)
    {
        foreach (var weight in weights)
            copies.TryAdd(weight.Handle, (weight, null));
    }

    /// <summary>The copy of a weight; null where no layer has asked for it yet.</summary>
    public Tensor? Find(Tensor weight) => copies.GetValueOrDefault(weight.Handle).Copy;

    /// <summary>The copy of a weight, made when first asked for; null where the tensor is none of the weights.</summary>
    public Tensor? Take(Tensor weight)
    {
        if (!copies.TryGetValue(weight.Handle, out var known) || known.Copy is not null)
            return known.Copy;
        var copy = weight.detach().to_type(bfloat16).requires_grad_().DetachFromDisposeScope();
        copies[weight.Handle] = (known.Weight, copy);
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, copy) in copies.Values)
            copy?.Dispose();
        copies.Clear();
    }
}
