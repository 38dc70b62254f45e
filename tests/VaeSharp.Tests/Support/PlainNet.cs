using VaeSharp.Models;

namespace VaeSharp.Tests.Support;

/// <summary>Layers in double precision by torch's own functions, with the weights of a module by their names in its file.</summary>
internal sealed class PlainNet(nn.Module module)
{
    private readonly Dictionary<string, Tensor> weights =
        module.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().to_type(float64).contiguous());

    public Tensor Dense(Tensor x, string name) => nn.functional.linear(x, weights[$"{name}.weight"], weights[$"{name}.bias"]);

    /// <summary>A convolution with PyTorch's padding.</summary>
    public Tensor Conv(Tensor x, string name, long stride, long padding) =>
        nn.functional.conv2d(x.contiguous(), weights[$"{name}.weight"], weights[$"{name}.bias"], [stride, stride], [padding, padding]);

    /// <summary>A convolution with Keras's padding.</summary>
    public Tensor Same(Tensor x, string name, long stride)
    {
        var kernel = weights[$"{name}.weight"].size(2);
        var (top, bottom) = Sides(x.size(2));
        var (left, right) = Sides(x.size(3));
        return Conv(nn.functional.pad(x, [left, right, top, bottom]), name, stride, 0);

        (long, long) Sides(long size)
        {
            var total = Math.Max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0);
            return (total / 2, total - total / 2);
        }
    }

    /// <summary>A transposed convolution of which some first rows and columns are left out, up to a size.</summary>
    public Tensor Up(Tensor x, string name, long stride, long before, long height, long width)
    {
        var y = nn.functional.conv_transpose2d(x.contiguous(), weights[$"{name}.weight"], weights[$"{name}.bias"], [stride, stride]);
        return y.narrow(2, before, height).narrow(3, before, width);
    }

    /// <summary>PyTorch's transposed convolution.</summary>
    public Tensor TorchUp(Tensor x, string name, long stride, long padding, long outputPadding) =>
        nn.functional.conv_transpose2d(x.contiguous(), weights[$"{name}.weight"], weights[$"{name}.bias"], [stride, stride],
            [padding, padding], [outputPadding, outputPadding]);

    /// <summary>γ (x − μ)/√(σ² + 10⁻⁵) + β, of the batch or of running averages. An empty name is the module itself.</summary>
    public Tensor Normalised(Tensor x, string name, bool byBatch)
    {
        name = name.Length > 0 ? name + "." : "";
        var mean = byBatch ? x.mean([0, 2, 3]) : weights[$"{name}mean"];
        var variance = byBatch ? (x - mean.view(1, -1, 1, 1)).square().mean([0, 2, 3]) : weights[$"{name}variance"];
        return (x - mean.view(1, -1, 1, 1)) / (variance.view(1, -1, 1, 1) + 1e-5).sqrt() * weights[$"{name}weight"].view(1, -1, 1, 1)
            + weights[$"{name}bias"].view(1, -1, 1, 1);
    }

    /// <summary>Draws all weights, and positive running averages, so that none can be exchanged without being noticed.</summary>
    public static T Drawn<T>(T module, long seed = 1) where T : nn.Module
    {
        using var frozen = no_grad();
        using var noise = new SeededNoise(seed);
        module.Initialise(noise);
        foreach (var (name, parameter) in module.named_parameters())
        {
            var scale = parameter.dim() == 1 ? 0.3 : 1 / Math.Sqrt(parameter.numel() / parameter.size(0));
            var middle = parameter.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
            parameter.copy_(middle + scale * noise.Normal(parameter.shape, CPU));
        }
        foreach (var (_, buffer) in module.named_buffers())
            buffer.copy_(0.5 + noise.Uniform(buffer.shape, CPU));
        return module;
    }
}
