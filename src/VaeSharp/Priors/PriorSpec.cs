using VaeSharp.Distributions;
using VaeSharp.Specs;

namespace VaeSharp.Priors;

/// <summary>p(z).</summary>
[PartKind("prior", "priors")]
public abstract record PriorSpec : PartSpec
{
    /// <summary>
    /// The prior that the model trains with: this one, or a simpler one where this is fitted to the trained model's codes.
    /// </summary>
    public virtual PriorSpec WhileTraining() => this;

    /// <summary>Whether the prior is fitted to the codes of a model that is trained already, and cannot be trained with it.</summary>
    public bool IsFittedAfterwards => !ReferenceEquals(WhileTraining(), this);

    /// <inheritdoc/>
    public sealed override Traits GivesInTraining => IsFittedAfterwards ? WhileTraining().Gives : Gives;

    /// <summary>Builds the prior.</summary>
    /// <param name="latent">The space of codes.</param>
    /// <param name="data">What one example is, as the encoder is told it: without classes where there is no condition.</param>
    public abstract Prior Build(LatentSpace latent, DataSpec data);
}

/// <summary>q(z|x) at inputs of the prior's own choice.</summary>
/// <param name="x">Inputs: [K, *].</param>
/// <param name="labels">What the condition tells: [K] int64, or a weight for each class. Null without a condition.</param>
public delegate Distribution EncodeAt(Tensor x, Tensor? labels);

/// <summary>The distribution of codes before data are seen.</summary>
/// <param name="name">The name of the module.</param>
public abstract class Prior(string name) : nn.Module(name)
{
    /// <summary>Whether p(z) is another for each label: then there is a distribution for each of the labels that are told.</summary>
    public virtual bool IsTold => false;

    /// <summary>p(z), given labels where there is a condition.</summary>
    /// <param name="encode">q(z|x) at inputs of the prior's own choice.</param>
    /// <param name="labels">What the condition tells: [B] int64. Null without a condition.</param>
    /// <param name="device">Where the model is.</param>
    public abstract Distribution For(EncodeAt encode, Tensor? labels, Device device);

    /// <summary>Moves the start to where codes are, before the prior is fitted to them. By default it stays.</summary>
    /// <param name="codes">Codes of some examples: [N, *latent].</param>
    /// <param name="noise">The source of randomness.</param>
    public virtual void StartAt(Tensor codes, Noise noise)
    {
    }
}
