using VaeSharp.Likelihoods;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Specs;
using VaeSharp.Tests.Conformance;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Likelihoods;

public sealed class PerceptualLikelihoodTests
{
    private static readonly PerceptualLikelihoodSpec Deep = new() { Channels = [8, 9, 0, 10, 0, 11, 12, 0, 13], Stages = [1, 2, 4] };

    public static MatrixTheoryData<int, int, int, bool> Images => new([1, 3], [8, 13, 28], [10, 28], [false, true]);

    /// <summary>
    /// The features of torch's own convolutions and poolings in double precision; in one stage of several, its first convolution's.
    /// </summary>
    [Theory, MemberData(nameof(Images))]
    public void Features_are_those_of_plain_convolutions(int channels, int height, int width, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        var (net, x) = Net(channels, Deep, [2, channels, height, width]);
        var (weights, h) = (new PlainNet(net), x.detach().to_type(float64));
        Tensor Next(Tensor image, int i) => weights.Same(image, $"convolutions.{i}", 1).relu();
        static Tensor Half(Tensor image) => nn.functional.max_pool2d(image, [Math.Min(2, image.size(2)), Math.Min(2, image.size(3))]);
        var first = Next(h, 0);
        var second = Next(Half(Next(first, 1)), 2);
        var fourth = Next(Half(Next(Next(Half(second), 3), 4)), 5);
        Near([first, second, fourth], net.call(x));
    }

    [Theory, InlineData(1, false), InlineData(3, false), InlineData(1, true), InlineData(3, true)]
    public void Convolutions_may_have_a_stride_in_place_of_poolings(int channels, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        var spec = new PerceptualLikelihoodSpec { Channels = [8, 16], Stride = 2, Kernel = 4, Stages = [1, 2] };
        var (net, x) = Net(channels, spec, [2, channels, 13, 10]);
        var weights = new PlainNet(net);
        var first = weights.Same(x.detach().to_type(float64), "convolutions.0", 2).relu();
        Near([first, weights.Same(first, "convolutions.1", 2).relu()], net.call(x));
    }

    /// <summary>
    /// The gradient of each element, through poolings and convolutions, against torch's in double precision; and derivatives of that
    /// gradient.
    /// </summary>
    [Theory, InlineData(1, false), InlineData(3, false), InlineData(1, true), InlineData(3, true)]
    public void First_and_second_derivatives_are_those_of_plain_convolutions(int channels, bool plain)
    {
        using var scope = NewDisposeScope();
        using IDisposable? avoided = plain ? Kernels.Avoid() : null;
        var (net, x) = Net(channels, new PerceptualLikelihoodSpec { Channels = [8, 0, 9], Stages = [1, 2] }, [2, channels, 9, 8]);
        var weights = new PlainNet(net);
        var expected = Derivatives.InDouble(inputs =>
        {
            var first = weights.Same(inputs[0], "convolutions.0", 1).relu();
            return Features([first, weights.Same(nn.functional.max_pool2d(first, [2, 2]), "convolutions.1", 1).relu()]);
        }, [x], ones(2));
        Derivatives.Of(inputs => Features(net.call(inputs[0])), [x], ones(2)).AssertNear(expected, 1e-3);

        static Tensor Features(Tensor[] features) =>
            features.Select(stage => stage.square().flatten(1).sum(dim: 1L)).Aggregate((sum, term) => sum + term);
    }

    /// <summary>−log p = D/2σ² (λ mean (x − y)² + Σ mean (Φ(x) − Φ(y))²), of each draw and each example, on any range.</summary>
    [Theory, InlineData(0.0, 1.0, 0.0), InlineData(-1.0, 1.0, 0.5), InlineData(0.0, 255.0, 2.0)]
    public void The_error_is_the_mean_squared_distance_of_features_for_each_element(double low, double high, double pixels)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var (x, logits) = (noise.Uniform([5, 3, 12, 10], CPU), noise.Normal([2, 5, 1, 3, 12, 10], CPU));
        var data = new DataSpec(3, 12, 10) { Low = low, High = high };
        var likelihood = new PerceptualLikelihood(data, Deep with { Sigma = 0.3, Pixels = pixels });
        likelihood.Initialise(noise);
        var (net, y) = (likelihood.modules().OfType<FeatureNet>().Single(), logits.squeeze(2).sigmoid());
        var p = likelihood.For(logits, null);
        var found = -p.LogProb(low + (high - low) * x);
        Assert.Equal([2, 5], found.shape);
        for (var s = 0; s < 2; s++)
        {
            var expected = pixels * (x - y[s]).square().flatten(1).mean([1]);
            foreach (var (a, b) in net.call(x).Zip(net.call(y[s])))
                expected += (a - b).square().flatten(1).mean([1]);
            Check.Close(360 / (2 * 0.09) * expected, found[s], 1e-4);
        }
        Check.Close(low + (high - low) * y, p.Mean, 1e-5, 1e-5);
    }

    /// <summary>No distance and no pull at the image itself, and a distance from every other.</summary>
    [Fact]
    public void The_error_is_zero_for_the_same_image_and_positive_for_another()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var likelihood = new PerceptualLikelihood(new DataSpec(1, 8, 8), new PerceptualLikelihoodSpec());
        likelihood.Initialise(noise);
        var logits = noise.Normal([4, 1, 1, 8, 8], CPU).requires_grad_();
        var p = likelihood.For(logits, null);
        var same = p.LogProb(p.Mean.detach());
        same.sum().backward();
        Check.Close(zeros(4), same, 0, 0);
        Assert.Equal(0, logits.grad!.abs().max().item<float>());
        Assert.True(p.LogProb((p.Mean + 0.01).detach()).max().item<float>() < -1e-4);
    }

    /// <summary>The network that gives back its image makes it the squared error of a normal likelihood with the same σ.</summary>
    [Fact]
    public void With_the_identity_as_network_it_is_the_error_of_normal_noise()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var data = new DataSpec(1, 9, 8);
        var spec = new PerceptualLikelihoodSpec { Channels = [1], Kernel = 1, Stages = [1], Sigma = 0.7 };
        var likelihood = new PerceptualLikelihood(data, spec);
        likelihood.modules().OfType<FrozenConvolution>().Single().Weight.fill_(1);
        var (x, logits) = (noise.Uniform([5, 1, 9, 8], CPU), noise.Normal([5, 1, 1, 9, 8], CPU));
        var normal = new GaussianLikelihood(data, new GaussianLikelihoodSpec { Sigma = 0.7 });
        Check.Close(normal.For(logits, null).LogProb(x) + normal.Constant, likelihood.For(logits, null).LogProb(x), 1e-4, 1e-4);
    }

    /// <summary>
    /// The gradient goes through the network to the decoder; the network is nobody's to move, and is kept with the weights.
    /// </summary>
    [Fact]
    public void The_network_stays_as_it_is_and_the_decoder_learns()
    {
        using var scope = NewDisposeScope();
        var spec = Examples.Shrink(ModelZoo.Find("perceptual-vae").Spec);
        var pass = Pass.Of(spec);
        Assert.True(pass.Gradients["decoder.output.weight"].abs().max().item<float>() > 0);
        using var training = new Steps(spec, Examples.Images());
        var names = training.Model.state_dict().Keys.Where(name => name.StartsWith("likelihood.", StringComparison.Ordinal)).ToList();
        Assert.Equal(["bias", "bias", "bias", "weight", "weight", "weight"], names.Select(name => name.Split('.')[^1]).Order());
        Assert.All(names, name => Assert.StartsWith("likelihood.features.convolutions.", name));
        var owners = training.Objective.Players(training.Model).SelectMany(player => player.Owners);
        var owned = owners.SelectMany(owner => owner.named_parameters());
        Assert.DoesNotContain(owned, parameter => parameter.name.Contains("features", StringComparison.Ordinal));
        var before = names.Select(name => training.Model.state_dict()[name].clone()).ToList();
        Assert.All(before, value => Assert.False(value.requires_grad));
        foreach (var _ in Enumerable.Range(0, 5))
            training.Step(Examples.Batch());
        Assert.All(names.Zip(before), pair => Check.Close(pair.Second, training.Model.state_dict()[pair.First], 0, 0));
    }

    /// <summary>He et al. 2015, eq. 10: mean 0 and variance 2 / fan in; the same for every training, another for another seed.</summary>
    [Fact]
    public void Random_weights_are_normal_and_of_a_seed_of_their_own()
    {
        using var scope = NewDisposeScope();
        var spec = new PerceptualLikelihoodSpec { Channels = [32, 64] };
        Tensor Weights(long seed, long training)
        {
            var net = new FeatureNet(3, spec with { Seed = seed, Stages = [1] });
            using var noise = new SeededNoise(training);
            net.Initialise(noise);
            return net.state_dict()["convolutions.1.weight"];
        }
        var weights = Weights(seed: 1, training: 1);
        Statistics.AssertMean(0, weights);
        Statistics.AssertMean(2.0 / (32 * 9), weights.square());
        Check.Close(weights, Weights(seed: 1, training: 2), 0, 0);
        Assert.False(weights.eq(Weights(seed: 2, training: 1)).any().item<bool>());
    }

    [Fact]
    public void Stages_that_are_not_there_and_vectors_are_refused()
    {
        var two = new PerceptualLikelihoodSpec { Channels = [8, 8, 0, 8] };
        Assert.Contains("stages from 1 to 2", Assert.Single(SpecValidator.Violations(two)).Message);
        Assert.Contains("got []", Assert.Single(SpecValidator.Violations(new PerceptualLikelihoodSpec { Stages = [] })).Message);
        Assert.Empty(SpecValidator.Violations(new PerceptualLikelihoodSpec { Channels = [8, 8, 8], Stride = 2 }));
        var spec = ModelZoo.Find("dfc-vae").Spec;
        Assert.Contains("needs images", Assert.Single(Compatibility.Violations(spec, new DataSpec(64))).Message);
    }

    private static (FeatureNet Net, Tensor X) Net(int channels, PerceptualLikelihoodSpec spec, long[] shape)
    {
        using var noise = new SeededNoise(1);
        var net = new FeatureNet(channels, spec);
        net.Initialise(noise);
        foreach (var convolution in net.modules().OfType<FrozenConvolution>())
            convolution.Bias.copy_(0.1 * noise.Normal(convolution.Bias.shape, CPU));
        return (net, noise.Uniform(shape, CPU));
    }

    private static void Near(Tensor[] expected, Tensor[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach (var (a, b) in expected.Zip(found))
            Check.Close(a, b, 1e-5, 1e-5 * a.abs().max().item<double>());
    }
}
