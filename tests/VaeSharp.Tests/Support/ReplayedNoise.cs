namespace VaeSharp.Tests.Support;

/// <summary>Noise that was drawn before, in the order of its use.</summary>
internal sealed class ReplayedNoise(params Tensor[] draws) : Noise
{
    private readonly Queue<Tensor> left = new(draws);

    public override Tensor Normal(ReadOnlySpan<long> shape, Device device) => Next(shape);

    public override Tensor Uniform(ReadOnlySpan<long> shape, Device device) => Next(shape);

    public override Tensor Permutation(long count, Device device) => Next([count]);

    private Tensor Next(ReadOnlySpan<long> shape)
    {
        var draw = left.Dequeue();
        Assert.Equal(shape.ToArray(), draw.shape);
        return draw;
    }
}
