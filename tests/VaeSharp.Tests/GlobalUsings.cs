global using VaeSharp.Tests.Support;
global using static TorchSharp.torch;
global using Tensor = TorchSharp.torch.Tensor;
