using TorchSharp.Modules;
using VaeSharp.Networks;
using Convolution = VaeSharp.Networks.Convolution;
using Linear = VaeSharp.Networks.Linear;

namespace VaeSharp.Objectives;

/// <summary>Tells images of the data from those that are made, and has features of them.</summary>
/// <remarks>
/// Convolutions of stride 2, each normalised over the batch in front of its leaky ReLU, as in Larsen et al. 2016: else the size of
/// features, and with it what their distance weighs, would be what the critic makes of it. The official code takes moments of real and
/// made images together; here they are those of the data's images alone, so that an example's features do not depend on what is made.
/// </remarks>
internal sealed class ImageCritic : nn.Module
{
    // Keras's. A single image may leave nothing to measure.
    private const double Epsilon = 1e-3;

    private readonly ModuleList<Convolution> convolutions;
    private readonly Linear hidden;
    private readonly Linear output;
    private readonly int level;

    public ImageCritic(DataSpec data, VaeGanSpec spec) : base(nameof(ImageCritic))
    {
        level = spec.Features;
        var channels = (long[])[data.Shape[0], .. spec.Channels];
        var (height, width) = Convolution.Halved(data.Shape[1], data.Shape[2], spec.Channels.Count)[^1];
        convolutions = nn.ModuleList([.. spec.Channels.Select((outputs, i) =>
            new Convolution(channels[i], outputs, spec.Kernel, stride: 2))]);
        hidden = new Linear(channels[^1] * height * width, spec.Hidden, Activation.LeakyRelu);
        output = new Linear(spec.Hidden, 1, gain: 0.1);                                          // near the equilibrium
        RegisterComponents();
    }

    /// <summary>The features of images, [N, F], and log D(x) / (1 − D(x)), [N].</summary>
    /// <param name="x">Images: [N, C, H, W].</param>
    /// <param name="data">How many of them, from the first, are of the data.</param>
    public (Tensor Features, Tensor LogRatio) Of(Tensor x, long data)
    {
        var features = x;
        for (var i = 0; i < convolutions.Count; i++)
        {
            x = Activation.LeakyRelu.Apply(Normalised(convolutions[i].call(x).to_type(float32), data));
            if (i == level - 1)
                features = x;
        }
        return (features.flatten(1), output.call(hidden.call(x.flatten(1))).squeeze(-1));
    }

    /// <summary>
    /// How far apart examples and their reconstructions are to the critic, L = ½ ‖D_l(x) − D_l(x̂)‖², and what he loses.
    /// </summary>
    public (Tensor Distance, Verdict Verdict) Judge(Tensor x, Tensor decoded, Tensor drawn)
    {
        var (features, ratios) = Of(cat([x, decoded, drawn], dim: 0), data: x.size(0));
        var (f, r) = (features.chunk(3), ratios.chunk(3));
        return (0.5 * (f[0] - f[1]).square().sum(dim: 1L).mean(), new Verdict(r[0], r[1], r[2]));
    }

    // Each channel to mean 0 and variance 1 over the data's images.
    private static Tensor Normalised(Tensor x, long data)
    {
        var centred = x - x[..(int)data].mean([0L, 2L, 3L], keepdim: true);
        return centred / (centred[..(int)data].square().mean([0L, 2L, 3L], keepdim: true) + Epsilon).sqrt();
    }
}
