global using BenchmarkDotNet.Attributes;
global using static TorchSharp.torch;
global using Tensor = TorchSharp.torch.Tensor;
