using VaeSharp.Networks;

namespace VaeSharp.Posteriors;

/// <summary>
/// A raster of h × w places, and its h' × w' = ⌈h/2⌉ × ⌈w/2⌉ blocks of 2 × 2; where h or w is odd, some blocks have places that do not
/// exist. Places, blocks, and the places of a block stand in the order of reading.
/// </summary>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
internal readonly record struct RasterBlocks(long Height, long Width)
{
    /// <summary>What there is of a block: itself, and its four places.</summary>
    public const int Size = 5;

    /// <summary>h'.</summary>
    public long Rows => Convolution.Reduced(Height, 2);

    /// <summary>w'.</summary>
    public long Columns => Convolution.Reduced(Width, 2);

    /// <summary>Whether what there is of each block exists, behind each other: [h'·w'·5].</summary>
    public bool[] Exist()
    {
        var exist = new bool[Rows * Columns * Size];
        for (var i = 0L; i < exist.Length; i += Size)
        {
            var (row, column) = (i / Size / Columns, i / Size % Columns);
            var (right, below) = (2 * column + 1 < Width, 2 * row + 1 < Height);
            bool[] block = [true, true, right, below, right && below];
            block.CopyTo(exist, i);
        }
        return exist;
    }

    /// <summary>What each block has, and then its places, 0 where one does not exist: [N·h'·w', D], [N·h·w, D] → [N·h'·w', 5 D].</summary>
    public Tensor Join(Tensor blocks, Tensor places)
    {
        var units = places.size(1);
        var grid = places.reshape(-1, Height, Width, units);
        if ((Height | Width) % 2 != 0)
            grid = nn.functional.pad(grid, [0, 0, 0, Width % 2, 0, Height % 2]);
        var byBlock = grid.reshape(-1, Rows, 2, Columns, 2, units).transpose(2, 3).reshape(-1, (Size - 1) * units);
        return cat([blocks, byBlock], dim: 1);
    }

    /// <summary>What blocks have, and what places: [N·h'·w', 5 D] → [N·h'·w', D], [N·h·w, D].</summary>
    public (Tensor Blocks, Tensor Places) Split(Tensor both)
    {
        var units = both.size(1) / Size;
        return (both.narrow(1, 0, units), Cut(both.narrow(1, units, both.size(1) - units).reshape(-1, 2, 2, units)));
    }

    /// <summary>What a block has, at each of its places: [N·h'·w', D] → [N·h·w, D].</summary>
    public Tensor Spread(Tensor blocks) => Cut(blocks.unsqueeze(1).unsqueeze(1).expand(-1, 2, 2, -1));

    // Places of blocks, those that exist, where they are: [N·h'·w', 2, 2, D] → [N·h·w, D].
    private Tensor Cut(Tensor blocks)
    {
        var units = blocks.size(3);
        var grid = blocks.reshape(-1, Rows, Columns, 2, 2, units).transpose(2, 3).reshape(-1, 2 * Rows, 2 * Columns, units);
        return grid.narrow(1, 0, Height).narrow(2, 0, Width).reshape(-1, units);
    }
}
