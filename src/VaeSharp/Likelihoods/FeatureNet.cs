using TorchSharp.Modules;
using VaeSharp.Networks;

namespace VaeSharp.Likelihoods;

/// <summary>
/// A convolutional network that images are compared by, with weights that stay: [N, C, H, W] → features of several stages.
/// </summary>
/// <remarks>
/// A stage begins with the first convolution, behind a pooling, and with a convolution of stride above 1; its features are those of its
/// first convolution, behind the ReLU, as in Hou et al. 2016.
/// </remarks>
internal sealed class FeatureNet : nn.Module<Tensor, Tensor[]>, IInitialised
{
    private readonly ModuleList<FrozenConvolution> convolutions;
    private readonly PerceptualLikelihoodSpec spec;

    /// <summary>
    /// Makes a network for images of some number of channels, whose weights are arbitrary until <see cref="Initialise"/>.
    /// </summary>
    public FeatureNet(long channels, PerceptualLikelihoodSpec spec) : base(nameof(FeatureNet))
    {
        this.spec = spec;
        var widths = (long[])[channels, .. spec.Channels.Where(width => width > 0)];
        convolutions = nn.ModuleList([.. widths.Skip(1).Select((outputs, i) =>
            new FrozenConvolution(widths[i], outputs, spec.Kernel, spec.Stride))]);
        RegisterComponents();
    }

    /// <summary>The features of the stages that are compared, each [N, C', H', W'].</summary>
    public override Tensor[] forward(Tensor x)
    {
        var (features, stage, next, begins) = (new List<Tensor>(), 0, 0, true);
        var last = spec.Stages.Max();
        foreach (var width in spec.Channels)
        {
            if (width == 0)
            {
                (x, begins) = (Pooled(x), true);
                continue;
            }
            x = convolutions[next++].call(x);
            if (!begins && spec.Stride == 1)
                continue;
            (stage, begins) = (stage + 1, false);
            if (spec.Stages.Contains(stage))
                features.Add(x);
            if (stage == last)
                break;
        }
        return [.. features];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Weights of the file; or, without one, normal ones of variance 2 / fan in, which leave the images' second moment as it is (He et al.
    /// 2015, arXiv:1502.01852, eq. 10). They are of the seed that the likelihood has, so that errors of two trainings can be compared.
    /// </remarks>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (spec.Weights.Length > 0)
        {
            FeatureWeights.Read(spec.Weights, [.. convolutions]);
            return;
        }
        using var own = new SeededNoise(spec.Seed);
        foreach (var convolution in convolutions)
        {
            var shape = convolution.Weight.shape;
            convolution.Weight.copy_(own.Normal(shape, CPU) * Math.Sqrt(2.0 / (shape[1] * shape[2] * shape[3])));
        }
    }

    // A side of one place is left as it is, so that small images do not vanish.
    private static Tensor Pooled(Tensor x)
    {
        long[] window = [Math.Min(x.size(2), 2), Math.Min(x.size(3), 2)];
        return nn.functional.max_pool2d(x, window, window);
    }
}
