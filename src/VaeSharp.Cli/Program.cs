VaeSharp.Native.Libtorch.Load();
Console.WriteLine(TorchSharp.torch.randn(2,2).sum().item<float>());
using var n = new VaeSharp.SeededNoise(3);
var s = n.State; Console.WriteLine(s.Length);
var a = n.Normal([3], TorchSharp.torch.CPU); n.State = s; var b = n.Normal([3], TorchSharp.torch.CPU);
Console.WriteLine((a-b).abs().sum().item<float>());
var cu = TorchSharp.torch.jit.compile(@"
def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], s: List[Tensor], lr: float):
    e: List[Tensor] = []
    torch._fused_adam_(p, g, m, v, e, s, lr=lr, beta1=0.9, beta2=0.999, weight_decay=0.0, eps=1e-8, amsgrad=False, maximize=False)
");
Console.WriteLine("ok");
