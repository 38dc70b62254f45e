using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>Likelihoods that are familiar errors up to a constant, and the noise that fits best.</summary>
public sealed class LikelihoodIdentities
{
    private const int D = 64;

    private static VaeSpec With(LikelihoodSpec likelihood) => new()
    {
        Latent = 3,
        Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh },
        Likelihood = likelihood,
    };

    private static readonly GaussianLikelihoodSpec HalfVariance = new() { Sigma = Math.Sqrt(0.5) };

    [Fact]
    public void A_normal_likelihood_of_variance_one_half_is_the_squared_error()
    {
        using var scope = NewDisposeScope();
        var (x, y, logLikelihood) = Decoded(HalfVariance);
        Check.Close((x - y).square().flatten(1).sum(dim: 1L) + D / 2.0 * Math.Log(Math.PI), -logLikelihood);
    }

    [Fact]
    public void A_Laplace_likelihood_of_scale_one_is_the_absolute_error()
    {
        using var scope = NewDisposeScope();
        var (x, y, logLikelihood) = Decoded(new LaplaceLikelihoodSpec());
        Check.Close((x - y).abs().flatten(1).sum(dim: 1L) + D * Math.Log(2), -logLikelihood);
    }

    [Fact]
    public void A_Bernoulli_likelihood_is_the_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var (x, y, logLikelihood) = Decoded(new BernoulliLikelihoodSpec());
        Check.Close((x * y.log() + (1 - x) * (1 - y).log()).flatten(1).sum(dim: 1L), logLikelihood);
    }

    /// <summary>
    /// At σ² = MSE, −log p(x|z) summed over all is ND/2 (log 2π MSE + 1): Rybkin et al. 2021, eq. 5. Their soft clip of log σ at −6 stands
    /// in the code; far above −6 it moves log σ² by δ = 2 log(1 + e^(−6 − log σ)), and the loss, being at its minimum there, by D/4 δ² at
    /// most.
    /// </summary>
    [Fact]
    public void The_optimal_noise_makes_the_loss_half_D_log_mean_squared_error()
    {
        using var scope = NewDisposeScope();
        var (x, y, logLikelihood) = Decoded(new OptimalGaussianLikelihoodSpec());
        var mse = (x - y).square().mean().item<float>();
        var delta = 2 * Math.Log(1 + Math.Exp(-6 - 0.5 * Math.Log(mse)));
        var expected = D / 2.0 * (Math.Log(2 * Math.PI * mse) + 1);
        Assert.InRange(-logLikelihood.mean().item<float>() - expected, -1e-4, D / 4.0 * delta * delta + 1e-4);
    }

    /// <summary>A learned σ at its optimum is the optimal σ: same loss, same gradients of the network, and nothing pulls at it.</summary>
    [Fact]
    public void A_learned_noise_at_its_optimum_is_the_optimal_noise()
    {
        using var scope = NewDisposeScope();
        var (x, y, _) = Decoded(new OptimalGaussianLikelihoodSpec());
        var mse = (x - y).square().mean().item<float>();
        // Inverse of the soft clip: log σ = −6 + log(exp(log √MSE + 6) − 1).
        var logVar = 2 * (Math.Log(Math.Exp(0.5 * Math.Log(mse) + 6) - 1) - 6);
        var learned = At(logVar);
        Check.Close(0, learned.Gradients["likelihood.logVar"].item<float>(), absolute: 1e-3);    // of summands of ±D/2
        Assert.True(At(logVar - 0.1).Loss > learned.Loss + 1e-2 && At(logVar + 0.1).Loss > learned.Loss + 1e-2);

        var optimal = Pass.Of(With(new OptimalGaussianLikelihoodSpec()));
        Check.Close(learned.Loss, optimal.Loss, 1e-4);
        foreach (var (name, gradient) in optimal.Gradients)
            Check.Close(learned.Gradients[name], gradient, 0.02, 0.02 * gradient.abs().max().item<float>());   // the clip's δ is 0.01

        Pass At(double value) => Pass.Of(With(new LearnedGaussianLikelihoodSpec()), change: model =>
        {
            using var frozen = no_grad();
            model.named_parameters().Single(p => p.name == "likelihood.logVar").parameter.fill_(value);
        });
    }

    [Theory, InlineData(0.05), InlineData(2.0)]
    public void A_learned_noise_starts_as_the_fixed_noise_of_its_size(double sigma)
    {
        using var scope = NewDisposeScope();
        var fixedNoise = Pass.Of(With(new GaussianLikelihoodSpec { Sigma = sigma }));
        var learned = Pass.Of(With(new LearnedGaussianLikelihoodSpec { Sigma = sigma }));
        // log σ = −3 is clipped to −6 + log(1 + e³) = −2.951: σ is larger by 5 %, the loss smaller by about as much twice.
        Check.Close(fixedNoise.Loss, learned.Loss, sigma < 1 ? 0.15 : 1e-3);
    }

    /// <summary>A batch that is decoded without error: log 0 is cut off, and the gradient there is a number.</summary>
    [Fact]
    public void Perfect_reconstruction_leaves_the_optimal_noise_finite()
    {
        using var scope = NewDisposeScope();
        var data = new DataSpec(4);
        var likelihood = new OptimalGaussianLikelihoodSpec { Mean = MeanLink.Identity }.Build(data);
        var parameters = full([5, 1, 4], 0.25).requires_grad_();
        var x = full([5, 4], 0.25);
        var loss = -likelihood.For(parameters, x).LogProb(x).mean();
        loss.backward();
        Assert.True(Check.IsFinite(loss) && Check.IsFinite(parameters.grad!));
        Check.Close(4 * (0.5 * Math.Log(2 * Math.PI) - 6), loss.item<float>());                  // log σ = −6 exactly
    }

    /// <summary>Evaluation uses the running average, which begins as the plain mean of the batches' σ².</summary>
    [Fact]
    public void The_running_noise_is_the_mean_of_the_first_batches()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var likelihood = new OptimalGaussianLikelihoodSpec { Mean = MeanLink.Identity }.Build(new DataSpec(4));
        var variances = new List<double>();
        for (var step = 0; step < 5; step++)
        {
            var parameters = noise.Normal([32, 1, 4], CPU).requires_grad_();
            var p = likelihood.For(parameters, noise.Normal([32, 4], CPU));
            variances.Add(((VaeSharp.Distributions.Normal)p).LogVar.exp().item<float>());
            likelihood.Update(p, new Progress(noise) { Training = true, Step = step });
        }
        var running = ((VaeSharp.Distributions.Normal)likelihood.For(zeros(1, 1, 4), null)).LogVar;
        Assert.False(running.requires_grad);
        Check.Close(variances.Average(), running.exp().item<float>());
    }

    /// <summary>The data's range: a bounded mean stays in it, an identity does not.</summary>
    [Theory, InlineData(0.0, 1.0), InlineData(-1.0, 1.0), InlineData(0.0, 255.0)]
    public void A_bounded_mean_stays_in_the_range_of_the_data(double low, double high)
    {
        using var scope = NewDisposeScope();
        var data = new DataSpec(3) { Low = low, High = high };
        var far = tensor(new[] { -50f, 0f, 50f }).view(1, 1, 3);
        LikelihoodSpec[] bounded =
        [
            new GaussianLikelihoodSpec(), new LaplaceLikelihoodSpec(),
            new LearnedGaussianLikelihoodSpec(), new OptimalGaussianLikelihoodSpec(),
        ];
        foreach (var likelihood in bounded)
            Check.Close(tensor(new[] { (float)low, (float)((low + high) / 2), (float)high }),
                likelihood.Build(data).For(far, null).Mean[0]);
        Check.Close(far.view(3), new GaussianLikelihoodSpec { Mean = MeanLink.Identity }.Build(data).For(far, null).Mean[0], 0, 0);
    }

    private static (Tensor X, Tensor Mean, Tensor LogLikelihood) Decoded(LikelihoodSpec likelihood)
    {
        using var noise = new SeededNoise(1);
        var model = With(likelihood).Build(Examples.Images(), noise);
        var trace = model.Infer(Examples.Batch(), 1, new Progress(new SeededNoise(2)) { Training = true });
        return (trace.Batch.X, trace.Likelihood.Mean[0], trace.LogLikelihood[0]);
    }
}
