using VaeSharp.Numerics;

namespace VaeSharp.Optimizers;

/// <summary>
/// Updates of all parameters in one call. TorchSharp has no binding of libtorch's fused and multi-tensor kernels; TorchScript reaches them.
/// </summary>
internal static class Fused
{
    private static readonly TorchScript Functions = new(Script);

    private const string Script = """
        def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], s: List[Tensor],
                 lr: float, beta1: float, beta2: float, decay: float, eps: float):
            torch._foreach_add_(s, 1)
            e: List[Tensor] = []
            torch._fused_adam_(p, g, m, v, e, s, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)

        def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], s: List[Tensor],
                  lr: float, beta1: float, beta2: float, decay: float, eps: float):
            torch._foreach_add_(s, 1)
            e: List[Tensor] = []
            torch._fused_adamw_(p, g, m, v, e, s, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)

        def rmsprop(p: List[Tensor], g: List[Tensor], v: List[Tensor], b: List[Tensor], s: List[Tensor],
                    lr: float, rho: float, decay: float, eps: float, momentum: float):
            torch._foreach_add_(s, 1)
            if decay != 0.0:
                g = torch._foreach_add(g, p, alpha=decay)
            torch._foreach_mul_(v, rho)
            torch._foreach_addcmul_(v, g, g, 1.0 - rho)
            d = torch._foreach_sqrt(v)
            torch._foreach_add_(d, eps)
            if momentum != 0.0:
                torch._foreach_mul_(b, momentum)
                torch._foreach_addcdiv_(b, g, d, 1.0)
                torch._foreach_add_(p, b, alpha=-lr)
            else:
                torch._foreach_addcdiv_(p, g, d, -lr)

        def sgd(p: List[Tensor], g: List[Tensor], b: List[Tensor], s: List[Tensor],
                lr: float, momentum: float, decay: float, nesterov: bool):
            torch._foreach_add_(s, 1)
            if decay != 0.0:
                g = torch._foreach_add(g, p, alpha=decay)
            if momentum != 0.0:
                torch._foreach_mul_(b, momentum)
                torch._foreach_add_(b, g, alpha=1.0)
                if nesterov:
                    g = torch._foreach_add(g, b, alpha=momentum)
                else:
                    g = b
            torch._foreach_add_(p, g, alpha=-lr)

        def norm(g: List[Tensor]) -> Tensor:
            return torch.stack(torch._foreach_norm(g, 2)).norm()

        def scale(g: List[Tensor], factor: float):
            torch._foreach_mul_(g, factor)

        def average(a: List[Tensor], p: List[Tensor], decay: float):
            torch._foreach_mul_(a, decay)
            torch._foreach_add_(a, p, alpha=1.0 - decay)
        """;

    /// <summary>Runs one function of the script, outside gradients.</summary>
    public static object? Invoke(string function, params object[] arguments)
    {
        using var frozen = no_grad();
        return Functions.Invoke(function, arguments);
    }
}
