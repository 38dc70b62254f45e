using VaeSharp.Networks;
using Layers = TorchSharp.Modules.ModuleList<TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>>;

namespace VaeSharp.Posteriors;

/// <summary>From an encoder's features to the vectors that two levels quantise: of blocks of 2 × 2 places, and of places.</summary>
/// <remarks>
/// Razavi, van den Oord and Vinyals 2019, arXiv:1906.00446, figure 2a. In front of the top's codes is a convolution of stride 2 and a stack
/// of residual blocks, which start as the identity; behind them a transposed convolution, whose output stands beside the features.
/// </remarks>
internal sealed class TwoLevelVectors : nn.Module
{
    private readonly Convolution halving;
    private readonly Layers stack;
    private readonly Linear top;
    private readonly TransposedConvolution doubling;
    private readonly Linear bottom;
    private readonly RasterBlocks raster;

    /// <summary>Makes layers, whose weights are arbitrary until they are initialised.</summary>
    /// <param name="raster">The places of features.</param>
    /// <param name="features">Number F of features of a place.</param>
    /// <param name="units">Number D of units of a vector.</param>
    /// <param name="blocks">Number of residual blocks.</param>
    public TwoLevelVectors(RasterBlocks raster, long features, long units, int blocks) : base(nameof(TwoLevelVectors))
    {
        this.raster = raster;
        halving = new Convolution(features, features, kernel: 3, stride: 2, Activation.Relu);
        stack = nn.ModuleList<nn.Module<Tensor, Tensor>>([.. Enumerable.Range(0, blocks).Select(_ => new ResidualBlock(
            new Convolution(features, features, kernel: 3, stride: 1, Activation.Relu),
            new Convolution(features, features, kernel: 1, stride: 1, gain: 0)))]);
        top = new Linear(features, units);
        doubling = new TransposedConvolution(units, units, kernel: 4, stride: 2, (raster.Height, raster.Width));
        bottom = new Linear(features + units, units);
        RegisterComponents();
    }

    /// <summary>g(f(x)): [B, F·h·w] → [B·h'·w', D].</summary>
    public Tensor OfBlocks(Tensor features)
    {
        var x = halving.call(Grid(features));                                                    // [B, F, h', w']
        foreach (var block in stack)
            x = block.call(x);
        return top.call(ByPlace(x)).to_type(float32);
    }

    /// <summary>h(f(x), e₂), with the codes of blocks: [B, F·h·w], [B·h'·w', D] → [B·h·w, D].</summary>
    public Tensor OfPlaces(Tensor features, Tensor codes)
    {
        var known = doubling.call(codes.view(-1, raster.Rows, raster.Columns, codes.size(1)).permute(0, 3, 1, 2).contiguous());
        var both = cat([Grid(features).to_type(float32), known.to_type(float32)], dim: 1);       // [B, F + D, h, w]
        return bottom.call(ByPlace(both)).to_type(float32);
    }

    private Tensor Grid(Tensor features) => features.view(features.size(0), -1, raster.Height, raster.Width);

    private static Tensor ByPlace(Tensor grid) => grid.permute(0, 2, 3, 1).flatten(0, 2);        // [B, C, h, w] → [B·h·w, C]
}
