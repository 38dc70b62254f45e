using VaeSharp.Numerics;
using VaeSharp.Optimizers;

namespace VaeSharp.Tests.Optimizers;

/// <summary>
/// Each optimiser against its published formula, element by element in double precision, on gradients that do not depend on the weights.
/// </summary>
public sealed class OptimizerTests
{
    private const int Steps = 20;

    private static readonly long[][] Shapes = [[3, 4], [5], [1]];

    /// <summary>What a formula does to one weight in step t (from 1): the new weight, given gradient and two numbers of state.</summary>
    private delegate double Formula(double weight, double gradient, ref double first, ref double second, int t, double lr);

    private static readonly Dictionary<string, (OptimizerSpec Spec, Formula Formula)> Table = new()
    {
        ["adam"] = (new AdamSpec(), Adam(0.9, 0.999, 1e-8, 0)),
        ["adam with weight decay"] = (new AdamSpec { Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-3, WeightDecay = 0.1 },
            Adam(0.5, 0.9, 1e-3, 0.1)),
        ["adamw"] = (new AdamWSpec { WeightDecay = 0.3, Beta1 = 0.8, Epsilon = 1e-4 }, AdamW(0.8, 0.999, 1e-4, 0.3)),
        ["adamw without decay"] = (new AdamWSpec { WeightDecay = 0 }, Adam(0.9, 0.999, 1e-8, 0)),
        ["keras-adam"] = (new KerasAdamSpec(), KerasAdam(0.9, 0.999, 1e-7)),
        ["keras-adam with a large ε"] = (new KerasAdamSpec { Beta1 = 0.5, Beta2 = 0.9, Epsilon = 1e-2 }, KerasAdam(0.5, 0.9, 1e-2)),
        ["rmsprop"] = (new RmsPropSpec { Epsilon = 1e-2 }, RmsProp(0.9, 1e-2, 0, 0)),
        ["rmsprop with momentum and decay"] = (new RmsPropSpec { Rho = 0.7, Momentum = 0.6, WeightDecay = 0.2 },
            RmsProp(0.7, 1e-7, 0.6, 0.2)),
        ["sgd"] = (new SgdSpec { Momentum = 0 }, Sgd(0, 0, nesterov: false)),
        ["sgd with momentum and decay"] = (new SgdSpec { Momentum = 0.8, WeightDecay = 0.2 }, Sgd(0.8, 0.2, nesterov: false)),
        ["sgd of Nesterov"] = (new SgdSpec { Momentum = 0.8, WeightDecay = 0.2, Nesterov = true }, Sgd(0.8, 0.2, nesterov: true)),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    public static TheoryData<string> Kinds => [.. VaeSharp.Specs.Catalogue.Of(typeof(OptimizerSpec)).Select(part => part.Name)];

    // Kingma and Ba 2015, algorithm 1; weight decay as ½λ‖θ‖² in the loss.
    private static Formula Adam(double beta1, double beta2, double epsilon, double decay) =>
        (double weight, double gradient, ref double m, ref double v, int t, double lr) =>
        {
            var g = gradient + decay * weight;
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            return weight - lr * (m / (1 - Math.Pow(beta1, t))) / (Math.Sqrt(v / (1 - Math.Pow(beta2, t))) + epsilon);
        };

    // Loshchilov and Hutter 2019, algorithm 2, with the decay scaled by the learning rate as everywhere.
    private static Formula AdamW(double beta1, double beta2, double epsilon, double decay)
    {
        var adam = Adam(beta1, beta2, epsilon, 0);
        return (double weight, double gradient, ref double m, ref double v, int t, double lr) =>
            adam(weight, gradient, ref m, ref v, t, lr) - lr * decay * weight;
    }

    // Keras: lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε).
    private static Formula KerasAdam(double beta1, double beta2, double epsilon) =>
        (double weight, double gradient, ref double m, ref double v, int t, double lr) =>
        {
            m = beta1 * m + (1 - beta1) * gradient;
            v = beta2 * v + (1 - beta2) * gradient * gradient;
            return weight - lr * Math.Sqrt(1 - Math.Pow(beta2, t)) / (1 - Math.Pow(beta1, t)) * m / (Math.Sqrt(v) + epsilon);
        };

    // Keras 2.3: lr · g / (√v + ε).
    private static Formula RmsProp(double rho, double epsilon, double momentum, double decay) =>
        (double weight, double gradient, ref double v, ref double b, int t, double lr) =>
        {
            var g = gradient + decay * weight;
            v = rho * v + (1 - rho) * g * g;
            b = momentum * b + g / (Math.Sqrt(v) + epsilon);
            return weight - lr * b;
        };

    // Sutskever et al. 2013, eq. 1–4, with the velocity in units of gradients.
    private static Formula Sgd(double momentum, double decay, bool nesterov) =>
        (double weight, double gradient, ref double b, ref double unused, int t, double lr) =>
        {
            var g = gradient + decay * weight;
            b = momentum * b + g;
            return weight - lr * (nesterov ? g + momentum * b : b);
        };

    [Theory, MemberData(nameof(Names))]
    public void Weights_move_as_the_formula_says(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (spec, formula) = Table[name];
        foreach (var shape in Shapes)
        {
            var parameter = noise.Normal(shape, CPU);
            var gradients = Enumerable.Range(0, Steps).Select(t => (0.1 + t % 3) * noise.Normal(shape, CPU)).ToArray();
            var expected = parameter.data<float>().Select((weight, i) => Follow(weight, i)).ToArray();
            using var optimizer = spec.Build([parameter]);
            for (var t = 0; t < Steps; t++)
                optimizer.Step([gradients[t]], LearningRate(t));
            Check.Close(tensor(expected).view(shape), parameter, 1e-5, 1e-5);                    // twenty roundings of single precision

            double Follow(double weight, int i)
            {
                var (first, second) = (0.0, 0.0);
                for (var t = 0; t < Steps; t++)
                    weight = formula(weight, gradients[t].data<float>()[i], ref first, ref second, t + 1, LearningRate(t));
                return weight;
            }
        }
    }

    // A rate that changes: state in units of steps instead of gradients would show.
    private static double LearningRate(int t) => 0.05 / (1 + 0.1 * t);

    private static OptimizerSpec Of(string kind) => (OptimizerSpec)VaeSharp.Specs.Catalogue.Find(typeof(OptimizerSpec), kind).Default;

    /// <summary>Its own count of steps stays too: Adam's correction of bias belongs to the parameter, not to the optimiser.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void A_parameter_without_a_gradient_stays_and_so_does_its_state(string kind)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var (moved, rested, alone) = (noise.Normal([4], CPU), noise.Normal([4], CPU), zeros(4));
        alone.copy_(rested);
        var before = rested.clone();
        using var both = Of(kind).Build([moved, rested]);
        using var single = Of(kind).Build([alone]);
        for (var t = 0; t < 5; t++)
            both.Step([noise.Normal([4], CPU), null], 0.1);
        Check.Close(before, rested, 0, 0);
        Assert.All(both.State, list => Check.Close(zeros_like(list.Values[1]), list.Values[1], 0, 0));
        both.Step([null, null], 0.1);
        for (var t = 0; t < 5; t++)
        {
            var gradient = noise.Normal([4], CPU);
            both.Step([null, gradient], 0.1);
            single.Step([gradient], 0.1);
        }
        Check.Close(alone, rested, 0, 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void State_is_all_that_an_optimiser_remembers(string name)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var spec = Table[name].Spec;
        var parameters = Shapes.Select(shape => noise.Normal(shape, CPU)).ToArray();
        using var first = spec.Build(parameters);
        for (var t = 0; t < 7; t++)
            first.Step(Gradients(), 0.05);

        var copies = parameters.Select(parameter => parameter.clone()).ToArray();
        using var second = spec.Build(copies);
        Assert.Equal(first.State.Select(list => list.Name), second.State.Select(list => list.Name));
        foreach (var (from, to) in first.State.Zip(second.State))
        {
            foreach (var (source, target) in from.Values.Zip(to.Values))
                target.copy_(source);
        }
        for (var t = 0; t < 5; t++)
        {
            var gradients = Gradients();
            first.Step(gradients, 0.05);
            second.Step(gradients, 0.05);
        }
        foreach (var (one, other) in parameters.Zip(copies))
            Check.Close(one, other, 0, 0);

        Tensor[] Gradients() => [.. Shapes.Select(shape => noise.Normal(shape, CPU))];
    }

    /// <summary>f(θ) = ½ (θ − a)ᵀ diag(1, 10) (θ − a) has its minimum at a, which every optimiser finds.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void A_quadratic_bowl_is_descended_to_its_bottom(string kind)
    {
        using var scope = NewDisposeScope();
        var (bottom, curvature) = (tensor(new[] { 1f, -2f }), tensor(new[] { 1f, 10f }));
        var weights = zeros(2);
        var spec = Of(kind);
        using var optimizer = (spec is AdamWSpec decoupled ? decoupled with { WeightDecay = 0 } : spec).Build([weights]);
        for (var t = 0; t < 800; t++)
        {
            using var inner = NewDisposeScope();
            optimizer.Step([curvature * (weights - bottom)], 0.05 * Math.Pow(0.99, t));
        }
        Check.Close(bottom, weights, 0, 5e-3);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_norm_is_that_of_all_gradients_as_one_vector(bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        using var noise = new SeededNoise(4);
        var gradients = Shapes.Select(shape => noise.Normal(shape, CPU)).ToArray();
        var expected = Math.Sqrt(gradients.Sum(gradient => gradient.data<float>().Sum(g => (double)g * g)));
        Check.Close(expected, Gradients.Norm(gradients));
        Gradients.Scale(gradients, 0.25);
        Check.Close(expected / 4, Gradients.Norm(gradients));
        Assert.Equal(0, Gradients.Norm([]));
    }

    /// <summary>Numbers whose squares are too large for single precision have a norm, which shortens them to what is wanted.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void A_norm_is_finite_where_the_gradients_are(bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        Tensor[] gradients = [full(30, 1e25f), zeros(5), full(6, -1e25f)];
        Check.Close(6e25, Gradients.Norm(gradients));
        Gradients.Scale(gradients, 3 / Gradients.Norm(gradients));
        Check.Close(full(30, 0.5f), gradients[0]);
        Check.Close(3, Gradients.Norm(gradients));
        gradients[1][2] = float.PositiveInfinity;
        Assert.Equal(double.PositiveInfinity, Gradients.Norm(gradients));
        gradients[1][2] = float.NaN;
        Assert.Equal(double.NaN, Gradients.Norm(gradients));
    }

    public static MatrixTheoryData<string, bool> NamesAndWays => new([.. Table.Keys], [false, true]);

    /// <summary>
    /// A gradient of another shape is a mistake: neither a way to other memory, nor a number for all weights. Nothing has moved.
    /// </summary>
    [Theory, MemberData(nameof(NamesAndWays))]
    public void A_gradient_of_another_shape_is_refused(string name, bool plain)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        Tensor[] parameters = [noise.Normal([4], CPU), noise.Normal([8, 8], CPU)];
        Tensor[] before = [.. parameters.Select(parameter => parameter.clone())];
        using var optimizer = Table[name].Spec.Build(parameters);
        foreach (var shape in (long[][])[[], [1], [3], [1, 1], [64], [8], [1, 8], [8, 1], [4, 16], [1, 8, 8]])
            Assert.Throws<ArgumentException>(() => optimizer.Step([ones(4), ones(shape)], 0.1));
        Assert.All(before.Zip(parameters), pair => Check.Close(pair.First, pair.Second, 0, 0));
        Assert.All(optimizer.State, list => Assert.All(list.Values, value => Check.Close(zeros_like(value), value, 0, 0)));
        optimizer.Step([ones(4), ones(8, 8)], 0.1);
        Assert.All(before.Zip(parameters), pair => Assert.True((pair.First - pair.Second).abs().min().item<float>() > 0));
    }

    /// <summary>a ← d a + (1 − d) p: from 0 towards a constant p, t moves reach (1 − dᵗ) p.</summary>
    [Fact]
    public void Averages_follow_their_values()
    {
        using var scope = NewDisposeScope();
        var (averages, values) = (new[] { zeros(3), zeros(2, 2) }, new[] { full(3, 2f), full(2, 2, -1f) });
        for (var t = 0; t < 10; t++)
            Gradients.Average(averages, values, 0.9);
        var reached = 1 - Math.Pow(0.9, 10);
        Check.Close(reached * values[0], averages[0]);
        Check.Close(reached * values[1], averages[1]);
        Check.Close(full(3, 2f), values[0], 0, 0);
    }
}
