using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VaeSharp.Benchmarks;

/// <summary>The recipes' optimisers: TorchSharp's own, or one call of libtorch's for all parameters.</summary>
internal sealed class Mover
{
    private const string Script = """
        def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], s: List[Tensor]):
            torch._foreach_add_(s, 1)
            e: List[Tensor] = []
            torch._fused_adam_(p, g, m, v, e, s, lr=0.001, beta1=0.9, beta2=0.999, weight_decay=0.0, eps=0.0000001,
                               amsgrad=False, maximize=False)

        def rmsprop(p: List[Tensor], g: List[Tensor], v: List[Tensor]):
            torch._foreach_mul_(v, 0.9)
            torch._foreach_addcmul_(v, g, g, 0.1)
            d = torch._foreach_sqrt(v)
            torch._foreach_add_(d, 0.0000001)
            torch._foreach_addcdiv_(p, g, d, -0.001)

        """;

    private readonly Parameter[] parameters;
    private readonly optim.Optimizer? own;
    private readonly jit.CompilationUnit? unit;
    private readonly Tensor[] means;
    private readonly Tensor[] squares;
    private readonly Tensor[] steps;

    public Mover(string recipe, Model model, bool fused)
    {
        parameters = [.. model.parameters()];
        own = fused ? null : recipe == "vae_mlp"
            ? optim.Adam(parameters, lr: 1e-3, eps: 1e-7)
            : optim.RMSProp(parameters, lr: 1e-3, alpha: 0.9, eps: 1e-7);
        unit = fused ? jit.compile(Script) : null;
        (means, squares) = ([.. parameters.Select(p => zeros_like(p))], [.. parameters.Select(p => zeros_like(p))]);
        steps = [.. parameters.Select(_ => zeros([]))];
        IsAdam = recipe == "vae_mlp";
    }

    private bool IsAdam { get; }

    /// <summary>Moves the parameters along the gradient of a loss.</summary>
    public void Step(Tensor loss)
    {
        foreach (var parameter in parameters)
            parameter.grad = null;
        loss.backward();
        if (own is not null)
        {
            own.step();
            return;
        }
        using var frozen = no_grad();
        Tensor[] gradients = [.. parameters.Select(p => p.grad!)];
        if (IsAdam)
            unit!.invoke("adam", parameters, gradients, means, squares, steps);
        else
            unit!.invoke("rmsprop", parameters, gradients, squares);
    }
}
