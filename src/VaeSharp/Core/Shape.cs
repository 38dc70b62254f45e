namespace VaeSharp;

/// <summary>Checks of shapes, at the borders where strangers enter.</summary>
public static class Shape
{
    /// <summary>Refuses a tensor that has not the shape; −1 accepts any size.</summary>
    /// <exception cref="ArgumentException">The shapes differ; the message has both.</exception>
    public static void Expect(Tensor x, ReadOnlySpan<long> shape, string name)
    {
        var fits = x.dim() == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = shape[i] == -1 || shape[i] == x.size(i);
        if (!fits)
            throw new ArgumentException($"{name} must have shape [{string.Join(", ", shape.ToArray())}], "
                + $"got [{string.Join(", ", x.shape)}].", name);
    }
}
