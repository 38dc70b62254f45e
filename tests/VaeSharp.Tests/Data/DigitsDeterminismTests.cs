using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class DigitsDeterminismTests
{
    [Fact]
    public void Every_platform_draws_the_same_data_set()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var data in (Dataset[])[DigitsData.Train, DigitsData.Test])
        {
            hash.AppendData(data.Bytes(data.Count));
            hash.AppendData(MemoryMarshal.AsBytes<int>(data.Labels()));
            hash.AppendData(MemoryMarshal.AsBytes(data.Factors!.Values.Span));
        }
        // Whoever has a reason to change this raises KeptDigits.Version too.
        Assert.Equal("D3A763EC74D82687B28947A4EADD2D73CF6E32AE562342BEEACD4055E704AF43", Convert.ToHexString(hash.GetHashAndReset()));
    }

    [Fact]
    public void Every_platform_draws_the_same_images_from_another_seed()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var index = 0; index < 1000; index++)
        {
            var (factors, image) = Sample(seed: -7, DigitSplit.Test, index);
            hash.AppendData(image);
            hash.AppendData(MemoryMarshal.AsBytes<float>(factors));
        }
        Assert.Equal("FAF4D631B85963A9F09BA8B7C69F023C394420FC753B7BBEDE92CA74A5E0B51B", Convert.ToHexString(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData(DigitSplit.Train)]
    [InlineData(DigitSplit.Test)]
    public void An_image_drawn_alone_equals_the_one_drawn_in_parallel(DigitSplit split)
    {
        var data = split == DigitSplit.Train ? DigitsData.Train : DigitsData.Test;
        for (var index = data.Count - 1; index >= 0; index -= 89)
        {
            var (factors, image) = Sample(seed: 0, split, index);
            Assert.Equal(factors, data.Factors![index].ToArray());
            Assert.Equal(image, data.Image(index));
            Assert.Equal(factors[0], data.Label(index));
        }
    }

    [Fact]
    public void No_image_is_drawn_twice()
    {
        var seen = new HashSet<string>();
        foreach (var data in (Dataset[])[DigitsData.Train, DigitsData.Test])
        {
            for (var index = 0; index < data.Count; index++)
                Assert.True(seen.Add(Convert.ToBase64String(SHA256.HashData(data.Image(index)))), $"Image {index} was drawn before.");
        }
    }

    [Fact]
    public void The_seed_is_the_data_sets_own_and_not_the_runs()
    {
        var other = new DigitsSpec { Seed = 1 }.Load(new DataContext()).Train;
        Assert.NotEqual(DigitsData.Train.Image(0), other.Image(0));
        Assert.Equal(Sample(seed: 1, DigitSplit.Train, 0).Image, other.Image(0));
        Assert.Equal(DigitsData.Train.Image(0), new DigitsSpec().Load(new DataContext { Seed = 1 }).Train.Image(0));
    }

    private static (float[] Factors, byte[] Image) Sample(long seed, DigitSplit split, int index)
    {
        var (factors, image) = (new float[DigitFactors.Count], new byte[Digits.Pixels]);
        Digits.Sample(seed, split, index, factors);
        Digits.Draw(new(factors), image);
        return (factors, image);
    }
}
