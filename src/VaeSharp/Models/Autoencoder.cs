using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Networks;
using VaeSharp.Priors;

namespace VaeSharp.Models;

/// <summary>
/// A model of data with latent variables. Trainer, evaluation, pictures and commands know this class and none of its heirs.
/// </summary>
/// <param name="name">The name of the module.</param>
public abstract class Autoencoder(string name) : nn.Module(name)
{
    /// <summary>What one example is.</summary>
    public abstract DataSpec Data { get; }

    /// <summary>The space that codes live in.</summary>
    public abstract LatentSpace Latent { get; }

    /// <summary>The codes that it chooses among, and their indices; null where a code may be any point of a space.</summary>
    public virtual ICodes? Codes => null;

    /// <summary>Whether codes and images are told a label.</summary>
    public abstract bool NeedsLabels { get; }

    /// <summary>
    /// The constant of the likelihood, which a loss has beside errors and divergences: see <see cref="Likelihoods.Likelihood.Constant"/>.
    /// </summary>
    public virtual double Constant => 0;

    /// <summary>One pass: encode, draw, decode. Never changes the model.</summary>
    /// <param name="batch">The examples: [B, *].</param>
    /// <param name="samples">Number S of draws for each.</param>
    /// <param name="progress">Where the training stands.</param>
    public abstract Trace Infer(Batch batch, long samples, Progress progress);

    /// <summary>Examples as the encoder sees them in a pass: while the model trains, after its corruption.</summary>
    /// <remarks>Who compares codes of further examples with those of the pass corrupts them too: their distributions differ else.</remarks>
    public virtual Batch Corrupt(Batch batch, Progress progress) => batch;

    /// <summary>q(z|x): [B, *]. Its mean is the code.</summary>
    public abstract Distribution Encode(Batch batch, Progress progress);

    /// <summary>p(x|z).</summary>
    /// <param name="z">Codes: [.., *latent].</param>
    /// <param name="labels">What the condition tells: [..] int64, or a weight for each class, [.., K]. Null without a condition.</param>
    public abstract Distribution Decode(Tensor z, Tensor? labels = null);

    /// <summary>Codes from the prior: [count, *latent].</summary>
    /// <param name="count">Number of codes.</param>
    /// <param name="labels">What the condition tells: [count] int64. Null without a condition.</param>
    /// <param name="progress">Where the training stands, and the source of randomness.</param>
    /// <param name="temperature">
    /// Factor on the spread of the prior about its mean; of <c>pixel-cnn</c>, what each index's logits are divided by. 1 is the prior
    /// itself.
    /// </param>
    public abstract Tensor DrawCodes(long count, Tensor? labels, Progress progress, double temperature = 1);

    /// <summary>New codes where the metric that the model learned says that codes of data are: [count, *latent].</summary>
    /// <param name="count">Number of codes.</param>
    /// <param name="chain">How they walk there.</param>
    /// <param name="noise">The source of randomness.</param>
    /// <exception cref="NotSupportedException">It learns none.</exception>
    public virtual Tensor DrawByMetric(long count, HamiltonianChainSpec chain, Noise noise) =>
        throw new NotSupportedException($"{GetType().Name} has no metric.");

    /// <summary>What gradients do not move (running averages, codebooks); called once after each step.</summary>
    public virtual void Update(Trace trace, Progress progress)
    {
    }

    /// <summary>The layers, for summaries, diagrams and exports; where a model does not write them down, a line for each part.</summary>
    public virtual Architecture Describe()
    {
        var (encoder, decoder) = (new LayerGraph("encoder"), new LayerGraph("decoder"));
        encoder.AddRest(Side(Models.Side.Inference));
        decoder.AddRest(Side(Models.Side.Generation));
        return new Architecture(encoder, decoder) { Buffers = Count(buffers()) };
    }

    /// <summary>Number of elements of tensors.</summary>
    protected static long Count(IEnumerable<Tensor> tensors) => tensors.Sum(tensor => tensor.numel());

    /// <summary>The part that codes are drawn from.</summary>
    internal Prior FindPrior() => Side(Models.Side.Generation).OfType<Prior>().Single();

    /// <summary>The parts of one half. The two halves share nothing and together are the whole model.</summary>
    public abstract IReadOnlyList<nn.Module> Side(Side side);
}
