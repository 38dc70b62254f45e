using VaeSharp.Distributions;

namespace VaeSharp.Benchmarks;

/// <summary>The Bernoulli log-likelihood of images under logits, and its gradient.</summary>
public class Likelihood : KernelBenchmark
{
    private Tensor? logits;
    private Tensor? x;

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
        new Bernoulli(logits, eventRank: 3).LogProb(x!).mean().backward();
    }
}
