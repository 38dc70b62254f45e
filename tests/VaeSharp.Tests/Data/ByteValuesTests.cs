using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class ByteValuesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(-0.3, 2.7)]
    public void Bytes_become_the_numbers_that_libtorch_makes_of_them(double low, double high)
    {
        for (var length = 0; length < 70; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 37 + 11 * length)).ToArray();
            using var scope = NewDisposeScope();
            var expected = tensor(bytes, uint8).to_type(float32).mul((high - low) / 255).add(low).data<float>().ToArray();
            var values = new float[length + 1];
            values[length] = 42;
            ByteValues.ToFloats(bytes, (float)low, (float)((high - low) / 255), values);
            Assert.Equal([.. expected, 42], values);                      // to the last bit, and nothing behind the end
        }
    }

    [Fact]
    public void All_bytes_are_exact_multiples_of_the_step()
    {
        var values = new float[256];
        ByteValues.ToFloats([.. Enumerable.Range(0, 256).Select(i => (byte)i)], 0, 1f / 255, values);
        Assert.Equal(Enumerable.Range(0, 256).Select(i => i * (1f / 255)), values);
    }

    [Fact]
    public void Too_little_room_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteValues.ToFloats(new byte[20], 0, 1, new float[19]));
}
