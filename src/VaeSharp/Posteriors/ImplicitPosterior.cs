using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using Linear = VaeSharp.Networks.Linear;

namespace VaeSharp.Posteriors;

/// <summary>A network of the example and of noise: codes may be distributed in any way, but nobody knows their density.</summary>
/// <remarks>Its code for an example is the one without noise, f(x, 0), which is one of many and not their mean.</remarks>
[Part("implicit", Paper = "Mescheder, Nowozin and Geiger 2017, Adversarial Variational Bayes, arXiv:1701.04722, section 3.1",
    Formula = "z = f(x, ε),  ε ~ N(0, I)")]
public sealed record ImplicitPosteriorSpec : PosteriorSpec
{
    /// <summary>Widths of the layers behind the encoder, each of which gets the noise again. Official code: 300 and 300.</summary>
    [Range(1, 65_536)]
    public IReadOnlyList<long> Hidden { get; init; } = [300];

    /// <summary>Size E of the noise ε. Official code: 64.</summary>
    [Range(1, 65_536)]
    public int Noise { get; init; } = 64;

    /// <inheritdoc/>
    public override Traits Gives => Traits.Reparameterised | Traits.Euclidean | Traits.TwiceDifferentiable;

    /// <inheritdoc/>
    /// <remarks>Without a density there is no divergence, and with it nothing that a prior could learn from.</remarks>
    public override IReadOnlyList<Need> Needs => [new("prior", Traits.Fixed)];

    /// <inheritdoc/>
    public override Posterior Build(long features, LatentSpace latent) => new ImplicitPosterior(features, latent, this);
}

/// <summary>z = f(x, ε): layers h ← elu(W h + V ε), and a last one without the function.</summary>
public sealed class ImplicitPosterior : Posterior
{
    private readonly ModuleList<Linear> layers;
    private readonly ModuleList<Linear> noises;
    private readonly long size;

    /// <summary>Makes the layers, a pair for each width and one for the code.</summary>
    public ImplicitPosterior(long features, LatentSpace latent, ImplicitPosteriorSpec spec) : base(nameof(ImplicitPosterior))
    {
        var widths = (long[])[features, .. spec.Hidden, latent.Size];
        size = spec.Noise;
        layers = nn.ModuleList([.. widths.Skip(1).Select((width, i) => new Linear(widths[i], width))]);
        noises = nn.ModuleList([.. widths.Skip(1).Select(width => new Linear(size, width))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Distribution For(Tensor features, Batch batch, LogJoint logJoint, Progress progress)
    {
        return new Implicit(Map, [features.size(0), size], features.device);

        Tensor Map(Tensor epsilon)                                                               // [S, B, E] → [S, B, Z]
        {
            var h = features;                                                                    // the first product is one for all draws
            for (var i = 0; i < layers.Count; i++)
            {
                h = layers[i].call(h) + noises[i].call(epsilon);
                if (i < layers.Count - 1)
                    h = Activation.Elu.Apply(h);
            }
            return h;
        }
    }
}
