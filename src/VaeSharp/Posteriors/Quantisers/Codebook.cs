using System.Numerics;

namespace VaeSharp.Posteriors;

/// <summary>What all codebooks have.</summary>
/// <param name="Count">Number K of codes.</param>
/// <param name="Rounds">Rounds of k-means that make it.</param>
/// <param name="Warmup">The last step behind which k-means makes it.</param>
/// <param name="Revival">Share of an equal usage with which a code would be alive.</param>
internal readonly record struct CodebookOptions(long Count, int Rounds, long Warmup, double Revival);

/// <summary>K codes e₁ … e_K, the nearest of which stands for a vector.</summary>
/// <param name="name">The name of the module.</param>
/// <param name="options">Its numbers.</param>
internal abstract class Codebook(string name, CodebookOptions options) : nn.Module(name), IInitialised
{
    /// <summary>The codes: [K, D].</summary>
    public abstract Tensor Table { get; }

    /// <summary>
    /// How often each code would have been used since it was, with a share of an equal usage; −1 before the first batch: [K].
    /// </summary>
    protected abstract Tensor Silence { get; }

    /// <summary>Number K of codes.</summary>
    public long Count => options.Count;

    /// <summary>Its numbers.</summary>
    protected CodebookOptions Options => options;

    /// <summary>Whether it has seen a batch.</summary>
    public bool HasStarted
    {
        get
        {
            using var scope = NewDisposeScope();
            return Silence[0].item<float>() >= 0;
        }
    }

    /// <summary>The index of the nearest code: [N, D] → [N].</summary>
    public Tensor Nearest(Tensor x) => Clusters.Nearest(x, Table);

    /// <summary>The codes of indices: [N] → [N, D].</summary>
    public Tensor At(Tensor indices) => Table.index_select(0, indices);

    /// <summary>Weight w of the loss ‖sg[x] − e‖² that draws codes to their vectors; 0 where no loss does.</summary>
    public virtual double Weight => 0;

    /// <summary>
    /// Draws the codes that it has before the first batch, uniformly: from ±1/K as in DeepMind's code, or from ±1 where k-means makes it
    /// anew, as a step at inputs that are all but 0 can end all rectifiers of a decoder.
    /// </summary>
    public void Initialise(Noise noise)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Table.copy_((2 * noise.Uniform(Table.shape, Table.device) - 1) / (options.Rounds > 0 ? 1 : Count));
    }

    /// <summary>Follows a batch, behind its step.</summary>
    /// <param name="x">Its vectors: [N, D].</param>
    /// <param name="indices">The codes that they had: [N].</param>
    /// <param name="progress">Where the training stands.</param>
    /// <returns>The codes that they had, or have where all codes are new: [N, D].</returns>
    public Tensor Update(Tensor x, Tensor indices, Progress progress)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var starts = IsToStart(progress.Step + 1);
        if (starts)
            indices = Start(x, progress.Noise);
        var codes = At(indices);
        if (!starts)
            Follow(x, indices);
        if (options.Revival > 0)
            Revive(x, indices, progress.Noise);
        return codes.MoveToOuterDisposeScope();
    }

    // Behind steps 1, 2, 4, 8 …: the vectors of a young encoder move faster than codes can follow (Łańcucki et al. 2020, arXiv:2005.08520,
    // section III, has the codebook made anew from time to time).
    private bool IsToStart(long step) =>
        !HasStarted || (options.Rounds > 0 && step <= options.Warmup && BitOperations.IsPow2(step));

    /// <summary>Begins averages with the first batch.</summary>
    protected virtual void Begin(Tensor x, Tensor indices)
    {
    }

    /// <summary>Moves averages by a batch.</summary>
    protected virtual void Follow(Tensor x, Tensor indices)
    {
    }

    /// <summary>Begins averages of some codes anew: [K] bool.</summary>
    protected virtual void Renew(Tensor codes)
    {
    }

    private Tensor Start(Tensor x, Noise noise)
    {
        if (options.Rounds > 0)
            Table.copy_(Clusters.Fit(x, Count, options.Rounds, noise));
        Silence.zero_();
        var indices = Nearest(x);
        Begin(x, indices);
        return indices;
    }

    // A code without vectors becomes one of the batch (Dhariwal et al. 2020, arXiv:2005.00341, section 4.2, where the bound is an average
    // number of vectors, and so another for another batch size): one that its own code is far from, as there codes are wanting. It is
    // without vectors where even with a small share of them the chance of having had none is e⁻³.
    private void Revive(Tensor x, Tensor indices, Noise noise)
    {
        var used = indices.bincount(null, Count) > 0;
        Silence.add_(options.Revival * x.size(0) / Count).masked_fill_(used, 0);
        var dead = Silence > 3;
        Table.copy_(where(dead.unsqueeze(1), Clusters.Drawn(x, Clusters.SquaredDistance(x, At(indices)), Count, noise), Table));
        Silence.masked_fill_(dead, 0);
        Renew(dead);
    }
}
