using TorchSharp.Modules;
using VaeSharp.Networks;
using Convolution = VaeSharp.Networks.Convolution;
using Linear = VaeSharp.Networks.Linear;

namespace VaeSharp.Objectives;

/// <summary>Tells images of the data from those that are made, and has features of them.</summary>
/// <remarks>
/// Convolutions of stride 2, normalised over the batch, as in Larsen et al. 2016, but all images by the moments of the data's: made ones by
/// moments of their own would have the same features whatever their contrast is. Without, the size of features, and with it what their
/// distance weighs, would be what the critic makes of it.
/// </remarks>
internal sealed class ImageCritic : nn.Module
{
    private const double Epsilon = 1e-3;                                                         // one image may be flat

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
        output = new Linear(spec.Hidden, 1);
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

    // Each channel to mean 0 and variance 1 over the data's images.
    private static Tensor Normalised(Tensor x, long data)
    {
        var centred = x - x[..(int)data].mean([0L, 2L, 3L], keepdim: true);
        return centred / (centred[..(int)data].square().mean([0L, 2L, 3L], keepdim: true) + Epsilon).sqrt();
    }
}

/// <summary>What a critic of images loses by each kind of them. Larsen et al. 2016, algorithm 1.</summary>
/// <param name="real">log D / (1 − D) of examples: [B].</param>
/// <param name="decoded">That of decoded codes: [B].</param>
/// <param name="drawn">That of decoded draws from the prior: [B].</param>
internal sealed class Verdict(Tensor real, Tensor decoded, Tensor drawn)
{
    public Tensor Real { get; } = Critic.Yes(real).mean();                                       // −log D(x)

    public Tensor Decoded { get; } = Critic.No(decoded).mean();                                  // −log (1 − D(x̂))

    public Tensor Drawn { get; } = Critic.No(drawn).mean();                                      // −log (1 − D(x̃))

    public Tensor Loss => 0.5 * (Real + Made);                                                   // C

    private Tensor Made => 0.5 * (Decoded + Drawn);

    /// <summary>
    /// Whose turn it is: the critic waits where he tells one side too well, the decoder where he cannot tell one; where both would wait,
    /// none does. The official code's rule.
    /// </summary>
    public (bool Decoder, bool Critic) Turns(double equilibrium, double margin)
    {
        var (real, made) = (Real.item<float>(), Made.item<float>());
        var decoder = Math.Max(real, made) <= equilibrium + margin;
        var critic = Math.Min(real, made) >= equilibrium - margin;
        return decoder || critic ? (decoder, critic) : (true, true);
    }
}
