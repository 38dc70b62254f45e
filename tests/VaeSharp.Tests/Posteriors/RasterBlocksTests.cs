using VaeSharp.Posteriors;

namespace VaeSharp.Tests.Posteriors;

/// <summary>Blocks of 2 × 2 places of a raster, against loops over them.</summary>
public sealed class RasterBlocksTests
{
    public static TheoryData<int, int> Rasters => new() { { 1, 1 }, { 2, 2 }, { 3, 5 }, { 4, 3 }, { 7, 7 }, { 1, 6 }, { 6, 1 } };

    /// <summary>Each place stands behind its block's own, in the order of reading, or says that it does not exist.</summary>
    [Theory, MemberData(nameof(Rasters))]
    public void Places_stand_behind_their_blocks(int height, int width)
    {
        using var scope = NewDisposeScope();
        var raster = new RasterBlocks(height, width);
        var (rows, columns) = ((height + 1) / 2, (width + 1) / 2);
        var blocks = -1 - arange(2 * rows * columns, dtype: int64).unsqueeze(1);                 // of two examples
        var places = 1 + arange(2 * height * width, dtype: int64).unsqueeze(1);
        var (expected, exist) = (new List<long>(), new List<bool>());
        for (var example = 0; example < 2; example++)
        {
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    Add(true, -1 - (example * rows * columns + row * columns + column));
                    for (var place = 0; place < 4; place++)
                    {
                        var (y, x) = (2 * row + place / 2, 2 * column + place % 2);
                        Add(y < height && x < width, 1 + example * height * width + y * width + x);
                    }
                }
            }
        }
        var both = raster.Join(blocks, places);
        Assert.Equal(expected, both.contiguous().data<long>().ToArray());
        Assert.Equal(exist, [.. raster.Exist(), .. raster.Exist()]);
        Assert.Equal(rows * columns + height * width, raster.Exist().Count(one => one));
        var split = raster.Split(both);
        Check.Close(blocks, split.Blocks, 0, 0);
        Check.Close(places, split.Places, 0, 0);

        void Add(bool exists, long value)
        {
            exist.Add(exists);
            expected.Add(exists ? value : 0);
        }
    }

    /// <summary>Vectors of several units stay together; a block's is at all its places.</summary>
    [Theory, MemberData(nameof(Rasters))]
    public void A_block_is_at_all_its_places(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var raster = new RasterBlocks(height, width);
        var (blocks, places) = (noise.Normal([3 * raster.Rows * raster.Columns, 2], CPU), noise.Normal([3 * height * width, 2], CPU));
        var split = raster.Split(raster.Join(blocks, places));
        Check.Close(blocks, split.Blocks, 0, 0);
        Check.Close(places, split.Places, 0, 0);
        var (grid, spread) = (blocks.view(3, raster.Rows, raster.Columns, 2), raster.Spread(blocks).view(3, height, width, 2));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                Check.Close(grid.select(1, y / 2).select(1, x / 2), spread.select(1, y).select(1, x), 0, 0);
        }
    }
}
