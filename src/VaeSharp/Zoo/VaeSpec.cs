using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using VaeSharp.Conditions;
using VaeSharp.Corruptions;
using VaeSharp.Hierarchies;
using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Priors;
using VaeSharp.Specs;

namespace VaeSharp.Zoo;

/// <summary>
/// A variational autoencoder as a value: choices of parts, and the size of its code. The default is Kingma and Welling's.
/// </summary>
public sealed record VaeSpec : Spec
{
    /// <summary>
    /// Number Z of latent units; with a hierarchy, those of the variable that is nearest to the data; where codes keep a vector for each
    /// place, the number of units of each.
    /// </summary>
    [Range(1, 65_536)]
    public int Latent { get; init; } = 2;

    /// <summary>Architecture of encoder and decoder.</summary>
    public NetworkSpec Network { get; init; } = new MlpSpec();

    /// <summary>q(z|x).</summary>
    public PosteriorSpec Posterior { get; init; } = new GaussianPosteriorSpec();

    /// <summary>p(z).</summary>
    public PriorSpec Prior { get; init; } = new StandardNormalPriorSpec();

    /// <summary>p(x|z).</summary>
    public LikelihoodSpec Likelihood { get; init; } = new BernoulliLikelihoodSpec();

    /// <summary>The bound that training raises.</summary>
    public BoundSpec Objective { get; init; } = new ElboSpec();

    /// <summary>Losses beside the bound.</summary>
    public IReadOnlyList<PenaltySpec> Penalties { get; init; } = [];

    /// <summary>What is told beside x and z.</summary>
    public ConditionSpec Condition { get; init; } = new NoConditionSpec();

    /// <summary>What is done to the examples before the encoder sees them, while the model trains.</summary>
    public CorruptionSpec Corruption { get; init; } = new NoCorruptionSpec();

    /// <summary>The latent variables above each other. The posterior and the prior are the topmost's.</summary>
    public HierarchySpec Hierarchy { get; init; } = new NoHierarchySpec();

    /// <summary>All the choices.</summary>
    internal IEnumerable<PartSpec> Choices =>
        [Network, Posterior, Prior, Likelihood, Objective, .. Penalties, Condition, Corruption, Hierarchy];

    /// <summary>Whether the bound or a penalty draws the codes of all data to the prior.</summary>
    internal bool MatchesPrior => Choices.OfType<LossSpec>().Any(loss => loss.MatchesPrior);

    /// <summary>The space that codes live in, or the vector of each place does.</summary>
    internal LatentSpace Space => Posterior.Space(Latent);

    /// <summary>The space that codes of some data live in: a vector for each place where network and posterior have that.</summary>
    internal LatentSpace SpaceOf(DataSpec data) => Space with { Raster = Posterior.KeepsPlaces ? Network.Raster(data) : null };

    /// <summary>Builds the model, with every weight drawn from the noise.</summary>
    /// <exception cref="SpecException">The choices do not work together, or not with the data; every reason is given.</exception>
    public Autoencoder Build(DataSpec data, Noise noise)
    {
        var model = Build(data);
        model.Initialise(noise);
        return model;
    }

    /// <summary>Builds the model with arbitrary weights, to be filled from a file.</summary>
    /// <param name="data">What one example is.</param>
    /// <param name="fitted">The prior that is fitted to its codes; null for the one that it trains with.</param>
    /// <exception cref="SpecException">The choices do not work together, or not with the data, or the model is larger than the
    /// memory.</exception>
    internal Autoencoder Build(DataSpec data, PriorSpec? fitted = null)
    {
        Compatibility.Check(this, data);
        if (fitted is not null)
            Compatibility.CheckFit(this, fitted, data);
        try
        {
            var model = new Vae(data, SpaceOf(data), Network, Posterior, fitted ?? Prior.WhileTraining(), Likelihood, Condition,
                Corruption, Hierarchy);
            var size = model.parameters().Cast<Tensor>().Concat(model.buffers()).Sum(weight => 4.0 * weight.numel());
            var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            if (size < memory)
                return model;
            model.Dispose();
            throw new SpecException($"The model's weights take {size / (1 << 30):F1} GiB, and this machine has "
                + $"{memory / (double)(1 << 30):F1}. Choose narrower layers.");
        }
        catch (ExternalException failure)
        {
            throw new SpecException($"The model's weights cannot be had: {failure.Message.Split('\n')[0]} Choose narrower layers.");
        }
    }

    /// <summary>Builds the objective, with every weight of its critics drawn from the noise.</summary>
    public Objective BuildObjective(DataSpec data, Noise noise)
    {
        var latent = Hierarchy.Whole(SpaceOf(data));
        var objective = new CompositeObjective(Objective.Build(latent, data), Penalties.Select(penalty => penalty.Build(latent)));
        objective.Initialise(noise);
        return objective;
    }
}
