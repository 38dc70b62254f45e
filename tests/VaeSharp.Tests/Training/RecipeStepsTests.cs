using VaeSharp.Optimizers;
using VaeSharp.Training;

namespace VaeSharp.Tests.Training;

/// <summary>Recipes take the steps that the same model takes as anyone would write it, in libtorch's operations alone.</summary>
public sealed class RecipeStepsTests
{
    private const int Steps = 12;

    /// <summary>
    /// From the same weights, examples and noise, layers, losses, gradients and optimiser are followed in double precision: twelve losses,
    /// while the loss falls by a quarter, and the weights behind the last step in the mean. Where the gradient of one has been all but 0,
    /// an optimiser that divides by its size moves it by rounding.
    /// </summary>
    [Theory, InlineData("vae_mlp"), InlineData("vae_cnn"), InlineData("cvae")]
    public void Steps_are_those_of_plain_code(string name)
    {
        using var scope = NewDisposeScope();
        var recipe = Recipes.Find(name);
        var data = new DataSpec([1, 28, 28]) { ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"{i}")] };
        using var start = new SeededNoise(1);
        using var mine = new SeededNoise(2);
        using var theirs = new SeededNoise(2);
        var model = recipe.Model.Build(data, start);
        var objective = recipe.Model.BuildObjective(data, start);
        Tensor[] parameters = [.. model.parameters()];
        using var optimizer = recipe.Training.Optimizer.Build(parameters);
        var plain = new Plain(model.named_parameters().ToDictionary(one => one.name, one => one.parameter.detach().to_type(float64)));
        double first = 0, last = 0;
        for (var step = 0; step < Steps; step++)
        {
            using var pass = NewDisposeScope();
            var x = start.Uniform([32, 1, 28, 28], CPU).gt(0.9).to_type(float32);                // mostly black, as digits are
            var batch = new Batch(x, (10 * start.Uniform([32], CPU)).to_type(int64));
            var progress = new Progress(mine) { Training = true, Step = step, TotalSteps = 1000, TrainingSetSize = 60_000 };
            var loss = objective.Compute(model, model.Infer(batch, 1, progress), progress).ByPlayer.Single().Loss;
            foreach (var parameter in parameters)
                parameter.grad = null;
            loss.backward();
            optimizer.Step([.. parameters.Select(parameter => parameter.grad)], 1e-3);
            last = plain.Step(batch, theirs.Normal([1, 32, 2], CPU).squeeze(0), recipe.Training.Optimizer is RmsPropSpec, step + 1);
            first = step == 0 ? last : first;
            Check.Close(last, loss.item<float>(), 2e-5);
        }
        Assert.True(last < 0.75 * first, $"{first} → {last}");
        Assert.All(model.named_parameters(), one =>
            Assert.InRange((plain.Weights[one.name] - one.parameter.to_type(float64)).abs().mean().item<double>(), 0, 1e-6));
    }

    /// <summary>A recipe's network, loss and optimiser in double precision.</summary>
    private sealed class Plain(Dictionary<string, Tensor> weights)
    {
        private readonly Dictionary<string, Tensor> means = weights.ToDictionary(one => one.Key, one => zeros_like(one.Value));
        private readonly Dictionary<string, Tensor> squares = weights.ToDictionary(one => one.Key, one => zeros_like(one.Value));

        public Dictionary<string, Tensor> Weights => weights;

        private bool IsConvolutional => weights.ContainsKey("decoder.hidden.weight");

        private bool IsTold => weights.ContainsKey("condition.plane.weight");

        public double Step(Batch batch, Tensor noise, bool isRmsProp, int number)
        {
            foreach (var weight in weights.Values)
            {
                weight.requires_grad_();
                weight.grad = null;
            }
            var loss = Loss(batch.X.to_type(float64), nn.functional.one_hot(batch.Labels!, 10).to_type(float64), noise.to_type(float64));
            loss.backward();
            using var frozen = no_grad();
            foreach (var (name, weight) in weights)
            {
                var (g, m, v) = (weight.grad!, means[name], squares[name]);
                if (isRmsProp)
                {
                    v.mul_(0.9).addcmul_(g, g, 0.1);
                    weight.addcdiv_(g, v.sqrt() + 1e-7, -1e-3);
                    continue;
                }
                m.mul_(0.9).add_(g, 0.1);
                v.mul_(0.999).addcmul_(g, g, 0.001);
                var rate = 1e-3 * Math.Sqrt(1 - Math.Pow(0.999, number)) / (1 - Math.Pow(0.9, number));
                weight.addcdiv_(m, v.sqrt() + 1e-7, -rate);
            }
            return loss.item<double>();
        }

        private Tensor Loss(Tensor x, Tensor told, Tensor noise)
        {
            var h = IsConvolutional ? Convolved(x, told) : Dense("encoder.layers.0", x.flatten(1)).relu();
            var (mean, logVar) = (Dense("posterior.mean", h), Dense("posterior.logVar", h));
            var z = mean + (0.5 * logVar).exp() * noise;
            var logits = IsConvolutional ? Deconvolved(z, told) : Dense("decoder.output", Dense("decoder.layers.0", z).relu());
            var p = logits.sigmoid();
            var y = x.flatten(1);
            var reconstruction = -(y * p.log() + (1 - y) * (1 - p).log()).sum();
            var divergence = -0.5 * (1 + logVar - mean.square() - logVar.exp()).sum();
            return (reconstruction + divergence) / x.size(0);
        }

        private Tensor Convolved(Tensor x, Tensor told)
        {
            if (IsTold)
                x = cat([x, Dense("condition.plane", told).view(-1, 1, 28, 28)], 1);
            for (var i = 0; i < 2; i++)
            {
                var (weight, bias) = Layer($"encoder.convolutions.{i}");
                x = nn.functional.conv2d(nn.functional.pad(x, [0, 1, 0, 1]), weight, bias, [2, 2]).relu();   // Keras's "same"
            }
            return Dense("encoder.hidden", x.flatten(1)).relu();
        }

        private Tensor Deconvolved(Tensor z, Tensor told)
        {
            var x = Dense("decoder.hidden", IsTold ? cat([z, told], 1) : z).relu().view(-1, 64, 7, 7);
            for (var i = 0; i < 2; i++)
            {
                var (weight, bias) = Layer($"decoder.convolutions.{i}");
                var size = 2 * x.size(2);
                x = nn.functional.conv_transpose2d(x, weight, bias, [2, 2]).narrow(2, 0, size).narrow(3, 0, size).relu();
            }
            var (last, offset) = Layer("decoder.output");
            return nn.functional.conv_transpose2d(x, last, offset, padding: [1, 1]).flatten(1);
        }

        private Tensor Dense(string name, Tensor x) => x.mm(weights[$"{name}.weight"].t()) + weights[$"{name}.bias"];

        private (Tensor Weight, Tensor Bias) Layer(string name) => (weights[$"{name}.weight"], weights[$"{name}.bias"]);
    }
}
