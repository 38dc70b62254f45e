using VaeSharp.Distributions;

namespace VaeSharp.Benchmarks;

/// <summary>The log-likelihood of images under logits, Bernoulli or continuous Bernoulli, and its gradient.</summary>
public class Likelihood : KernelBenchmark
{
    private Tensor? logits;
    private Tensor? x;

    /// <summary>Whether values between 0 and 1 are data, and not expectations of binary ones.</summary>
    [Params(false, true)]
    public bool Continuous { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        logits = randn([1, Batch, 1, 28, 28]).requires_grad_();
        x = rand([Batch, 1, 28, 28]);
    }

    /// <inheritdoc/>
    protected override void Work()
    {
        logits!.grad = null;
        Distribution likelihood = Continuous ? new ContinuousBernoulli(logits, eventRank: 3) : new Bernoulli(logits, eventRank: 3);
        likelihood.LogProb(x!).mean().backward();
    }
}
