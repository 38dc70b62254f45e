using VaeSharp.Data;

namespace VaeSharp.Tests;

/// <summary>Small images with structure: a bright square whose place is the label.</summary>
internal static class TestData
{
    /// <summary>8 × 8 images of four classes.</summary>
    public static Dataset Squares(int count, int seed = 1, int channels = 1, int side = 8)
    {
        var random = new Random(seed);
        var (images, labels) = (new byte[count * channels * side * side], new int[count]);
        random.NextBytes(images);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(4);
            for (var j = 0; j < channels * side * side; j++)
            {
                var (row, column) = (j / side % side, j % side);
                var bright = row / (side / 2) * 2 + column / (side / 2) == labels[i];
                images[i * channels * side * side + j] = (byte)(images[i * channels * side * side + j] / 4 + (bright ? 180 : 0));
            }
        }
        return Dataset.From(images, [channels, side, side], labels, ["a", "b", "c", "d"], "squares");
    }

    /// <summary>The same as a source divides them.</summary>
    public static DataSplits Splits(int train = 200, int test = 50) => new(Squares(train), Squares(test, seed: 2));
}
