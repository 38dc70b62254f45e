using VaeSharp.Numerics;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Networks;

/// <summary>
/// y = γ (x − μ) / √(σ² + ε) + β of each channel, and a function of each element: [N, C, H, W] → [N, C, H, W]. In training μ and σ² are the
/// batch's, elsewhere their running averages, which move behind each step.
/// </summary>
/// <remarks>
/// Ioffe and Szegedy 2015, Batch Normalization, arXiv:1502.03167, algorithms 1 and 2; ε = 10⁻⁵, running averages of rate 0.1 of the mean
/// and of the variance over n − 1, as in PyTorch. A channel of one value has no variance: there the running averages stand in.
/// </remarks>
internal sealed class BatchNormalisation : nn.Module<Tensor, Tensor>, IDescribed
{
    private const double Epsilon = 1e-5;
    private const double Rate = 0.1;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor mean;
    private readonly Tensor variance;
    private readonly Activation? activation;

    /// <summary>Makes a layer that starts as the identity.</summary>
    public BatchNormalisation(long channels, Activation? activation = null) : base(nameof(BatchNormalisation))
    {
        this.activation = activation;
        (weight, bias) = (nn.Parameter(ones(channels)), nn.Parameter(zeros(channels)));
        (mean, variance) = (zeros(channels), ones(channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x.As(weight.dtype);
        var y = BatchStatistics.Current is { } pass && x.numel() > x.size(1)
            ? ByBatch(x, pass)
            : nn.functional.batch_norm(x, mean, variance, weight, bias, training: false, momentum: Rate, eps: Epsilon);
        return activation is { } function ? function.Apply(y) : y;
    }

    public LayerNode Describe(LayerGraph graph, LayerNode input)
    {
        var y = graph.Other(this, input.Shape, input);
        return activation is { } function ? graph.Activate(y, function) : y;
    }

    /// <summary>Moves the running averages towards a batch's.</summary>
    public void Follow(Tensor batchMean, Tensor batchVariance)
    {
        mean.mul_(1 - Rate).add_(batchMean * Rate);
        variance.mul_(1 - Rate).add_(batchVariance * Rate);
    }

    // At rate 1 the averages that libtorch is given become the batch's own.
    private Tensor ByBatch(Tensor x, BatchStatistics pass)
    {
        var (batchMean, batchVariance) = (zeros_like(mean), ones_like(variance));
        var y = nn.functional.batch_norm(x, batchMean, batchVariance, weight, bias, training: true, momentum: 1, eps: Epsilon);
        pass.Add(() => Follow(batchMean, batchVariance));
        return y;
    }
}
