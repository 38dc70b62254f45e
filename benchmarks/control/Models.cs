using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace VaeSharp.Benchmarks;

/// <summary>What a model of the control does: as peers/models.py.</summary>
internal abstract class Model(string name, Settings settings) : nn.Module(name)
{
    /// <summary>The mean and the logarithm of the variance of the codes.</summary>
    public abstract (Tensor Mean, Tensor LogVar) Encode(Tensor x, Tensor labels);

    /// <summary>Logits.</summary>
    public abstract Tensor Decode(Tensor z, Tensor labels);

    /// <summary>The negative evidence lower bound, in nats for each example.</summary>
    public Tensor Loss(Tensor x, Tensor labels)
    {
        var (mean, logVar) = Encode(x, labels);
        (mean, logVar) = (mean.to_type(float32), logVar.to_type(float32));
        var z = mean + (0.5 * logVar).exp() * randn_like(mean);
        var logits = Decode(z, labels).to_type(float32);
        var reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction: nn.Reduction.Sum);
        var divergence = -0.5 * (1 + logVar - mean.pow(2) - logVar.exp()).sum();
        return (reconstruction + divergence) / x.size(0);
    }

    /// <summary>Draws starting values: Glorot-uniform weights, zero biases.</summary>
    public void Initialise()
    {
        foreach (var (name, parameter) in named_parameters())
        {
            if (name.EndsWith("bias"))
                init.zeros_(parameter);
            else
                init.xavier_uniform_(parameter);
        }
    }

    /// <summary>The value in the format of products.</summary>
    protected Tensor Cast(Tensor x) => settings.Bf16 ? x.to_type(bfloat16) : x;

    /// <summary>A fully connected layer.</summary>
    protected Tensor Dense(Linear layer, Tensor x) => settings.Bf16
        ? functional.linear(Cast(x), Cast(layer.weight!), Cast(layer.bias!))
        : layer.call(x);
}

/// <summary>image² – hidden – latent – hidden – image².</summary>
internal sealed class Mlp : Model
{
    private readonly long image;
    private readonly Linear body;
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Linear first;
    private readonly Linear last;

    public Mlp(Job job, Settings settings) : base(nameof(Mlp), settings)
    {
        image = job.Image;
        body = Linear(image * image, job.Width);
        mean = Linear(job.Width, job.Latent);
        logVar = Linear(job.Width, job.Latent);
        first = Linear(job.Latent, job.Width);
        last = Linear(job.Width, image * image);
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar) Encode(Tensor x, Tensor labels)
    {
        var h = functional.relu(Dense(body, x.flatten(1)));
        return (Dense(mean, h), Dense(logVar, h));
    }

    public override Tensor Decode(Tensor z, Tensor labels) => Dense(last, functional.relu(Dense(first, z))).view(-1, 1, image, image);
}

/// <summary>Convolutions and their transposes; for <c>cvae</c> with the label beside image and code.</summary>
internal sealed class Cnn : Model
{
    private readonly Settings settings;
    private readonly long image;
    private readonly long grid;
    private readonly Linear? plane;
    private readonly Conv2d convolution1;
    private readonly Conv2d convolution2;
    private readonly Linear body;
    private readonly Linear mean;
    private readonly Linear logVar;
    private readonly Linear first;
    private readonly ConvTranspose2d transposed1;
    private readonly ConvTranspose2d transposed2;
    private readonly ConvTranspose2d last;

    public Cnn(Job job, Settings settings) : base(nameof(Cnn), settings)
    {
        (this.settings, image, grid) = (settings, job.Image, (job.Image + 3) / 4);
        var told = job.Recipe == "cvae";
        plane = told ? Linear(10, image * image) : null;
        convolution1 = Conv2d(told ? 2 : 1, 32, 3, stride: 2, padding: 1);
        convolution2 = Conv2d(32, 64, 3, stride: 2, padding: 1);
        body = Linear(64 * grid * grid, job.Width);
        mean = Linear(job.Width, job.Latent);
        logVar = Linear(job.Width, job.Latent);
        first = Linear(job.Latent + (told ? 10 : 0), 64 * grid * grid);
        transposed1 = ConvTranspose2d(64, 64, 3, stride: 2, padding: 1, output_padding: 1);
        transposed2 = ConvTranspose2d(64, 32, 3, stride: 2, padding: 1, output_padding: 1);
        last = ConvTranspose2d(32, 1, 3, padding: 1);
        RegisterComponents();
    }

    public override (Tensor Mean, Tensor LogVar) Encode(Tensor x, Tensor labels)
    {
        if (plane is not null)
            x = cat([x, Dense(plane, OneHot(labels)).to_type(float32).view(-1, 1, image, image)], 1);
        x = functional.relu(Convolve(convolution1, x));
        x = functional.relu(Convolve(convolution2, x));
        var h = functional.relu(Dense(body, x.flatten(1)));
        return (Dense(mean, h), Dense(logVar, h));
    }

    public override Tensor Decode(Tensor z, Tensor labels)
    {
        if (plane is not null)
            z = cat([z, OneHot(labels)], 1);
        var x = functional.relu(Dense(first, z)).view(-1, 64, grid, grid);
        x = functional.relu(Transpose(transposed1, x, stride: 2));
        x = functional.relu(Transpose(transposed2, x, stride: 2));
        return Transpose(last, x, stride: 1)[.., .., ..(int)image, ..(int)image];
    }

    private static Tensor OneHot(Tensor labels) => functional.one_hot(labels, 10).to_type(float32);

    private Tensor Convolve(Conv2d layer, Tensor x) => settings.IsPlain
        ? layer.call(x)
        : functional.conv2d(Ordered(Cast(x)), Ordered(Cast(layer.weight!)), Cast(layer.bias!), [2, 2], [1, 1]);

    private Tensor Transpose(ConvTranspose2d layer, Tensor x, long stride) => settings.IsPlain
        ? layer.call(x)
        : functional.conv_transpose2d(
            Ordered(Cast(x)), Ordered(Cast(layer.weight!)), Cast(layer.bias!), [stride, stride], [1, 1], [stride - 1, stride - 1]);

    private Tensor Ordered(Tensor x) => settings.ChannelsLast ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x;
}
