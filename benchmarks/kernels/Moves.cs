using VaeSharp.Optimizers;

namespace VaeSharp.Benchmarks;

/// <summary>Moves of the parameters of <c>vae_mlp</c>: passes of the library's own, and libtorch's fused calls.</summary>
public class Moves : KernelBenchmark
{
    private static readonly long[][] Shapes =
    [
        [512, 784], [512], [2, 512], [2], [2, 512], [2], [512, 2], [512], [784, 512], [784],
    ];

    private Tensor[] gradients = [];
    private Optimizer? optimizer;

    /// <summary>Which optimiser.</summary>
    [Params("adam", "rmsprop")]
    public string Optimizer { get; set; } = "";

    /// <inheritdoc/>
    protected override void Prepare()
    {
        Tensor[] parameters = [.. Shapes.Select(shape => randn(shape))];
        gradients = [.. Shapes.Select(shape => randn(shape))];
        OptimizerSpec spec = Optimizer == "adam" ? new AdamSpec() : new RmsPropSpec();
        optimizer = spec.Build(parameters);
    }

    /// <inheritdoc/>
    protected override void Work() => optimizer!.Step(gradients, learningRate: 1e-6);
}

/// <summary>The norm of the gradient of <c>vae_mlp</c>, by which a training that diverges is found.</summary>
public class Norm : KernelBenchmark
{
    private Tensor[] gradients = [];

    /// <inheritdoc/>
    protected override void Prepare() => gradients = [randn(512, 784), randn(784, 512), randn(784), randn(512)];

    /// <inheritdoc/>
    protected override void Work() => Gradients.Norm(gradients);
}
