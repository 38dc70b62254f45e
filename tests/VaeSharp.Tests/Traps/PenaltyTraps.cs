using VaeSharp.Distributions;
using VaeSharp.Models;
using VaeSharp.Networks;
using VaeSharp.Numerics;
using VaeSharp.Objectives;
using VaeSharp.Optimizers;
using VaeSharp.Specs;
using VaeSharp.Training;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known implementations of these models get wrong, and would not get past these tests.</summary>
public sealed class PenaltyTraps
{
    /// <summary>
    /// Pythae, PyTorch-VAE and the code that they come from fill the first column of the stratified weights with 1/N, by a stride that is
    /// off by one. The own example of draw i is the i-th.
    /// </summary>
    [Fact]
    public void P06_The_own_examples_weight_stands_on_the_diagonal()
    {
        using var scope = NewDisposeScope();
        const int b = 5, n = 100;
        var weights = MinibatchWeights.Log(MinibatchSampling.Stratified, b, n, CPU).exp();
        Check.Close(full(b, 1.0 / n, dtype: float32), weights.diagonal());
        Check.Close(ones(b), weights.sum(dim: 1L));                                              // a mixture
        Check.Close(full(b, b, (n - 1.0) / (n * (b - 1)), dtype: float32) * (1 - eye(b)), weights * (1 - eye(b)));
    }

    /// <summary>
    /// In Pythae N is the size of the data that are evaluated. It is a property of the distribution of codes that was learned: the number
    /// of training examples, in evaluation too.
    /// </summary>
    [Fact]
    public void P06_The_number_of_examples_is_that_of_training_in_evaluation_too()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        var q = new TenPoints().All();
        var trace = Codes.Trace(q.Rsample(1, noise).Z, q);
        var (few, many) = (Information(10), Information(10_000));
        Check.Close(few + Math.Log(1000), many);                                                 // log 1/(NB)

        double Information(long count) =>
            Codes.Losses(new TotalCorrelationSpec(), trace, new Progress(noise) { TrainingSetSize = count }).Term("mutual-information");
    }

    /// <summary>
    /// PyTorch-VAE adds the log weight to each unit before it sums them to the joint density, which then has it Z times. With one example,
    /// of N, the weighted log q(z) is log q(z|x) − log N, whatever Z is.
    /// </summary>
    [Theory, InlineData(1), InlineData(2), InlineData(10)]
    public void A03_The_joint_density_has_the_log_weight_once(int units)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(2);
        var q = new Normal(noise.Normal([1, units], CPU), noise.Normal([1, units], CPU));
        var term = Codes.Term(q, q.Rsample(1, noise));
        var (logQz, logProduct) = TotalCorrelation.Aggregate(term, MinibatchSampling.Weighted, 1000);
        Check.Close(term.Draw.LogQ! - Math.Log(1000), logQz);
        Check.Close(term.Draw.LogQ! - units * Math.Log(1000), logProduct);                       // one for each marginal
    }

    /// <summary>In Pythae the Gaussian kernel ignores its scales. A sum over scales is the sum of what each gives alone.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void P14_Both_kernels_are_summed_over_their_scales(bool rbf)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(3);
        var (a, b) = (noise.Normal([1, 6, 2], CPU), noise.Normal([1, 6, 2], CPU));
        var (small, large) = (Of(0.1), Of(10));
        Assert.True(Math.Abs(small - large) > 1e-3);
        Check.Close(small + large, Of(0.1, 10), 1e-4, 1e-5);

        double Of(params double[] scales) =>
            MeanDiscrepancySpec.Between(a, b, rbf ? new RbfKernel { Scales = scales } : new ImqKernel { Scales = scales }).item<float>();
    }

    /// <summary>
    /// PyTorch-VAE divides means of kernels once more by B(B − 1), so that its penalty fades as batches grow. Between codes at one place
    /// and draws at another, far away, MMD² is 2 k(0) for any B.
    /// </summary>
    [Theory, InlineData(2), InlineData(10), InlineData(300)]
    public void A13_A20_The_discrepancy_does_not_depend_on_the_size_of_the_batch(int size)
    {
        using var scope = NewDisposeScope();
        var (here, far) = (zeros(1, size, 2), full(1, size, 2, 1e4, dtype: float32));
        Check.Close(2, MeanDiscrepancySpec.Between(here, far, new RbfKernel { Scales = [1] }).item<float>());
    }

    /// <summary>
    /// With Pythae's defaults the weight of InfoVAE's discrepancy, α + λ − 1, is −0.999, which drives codes from the prior.
    /// </summary>
    [Fact]
    public void P15_Info_vae_draws_codes_to_the_prior()
    {
        var spec = ModelZoo.Find("info-vae").Spec;
        var weight = Assert.IsType<MeanDiscrepancySpec>(Assert.Single(spec.Penalties)).Weight;
        var alpha = 1 - Assert.IsType<WeightedRate>(Assert.IsType<ElboSpec>(spec.Objective).Rate).Beta.To;
        Check.Close(alpha + 1000 - 1, weight.Least);
        var negative = SpecValidator.Violations(new VaeSpec { Penalties = [new MeanDiscrepancySpec { Weight = -0.999 }] });
        Assert.Contains("-0.999", Assert.Single(negative).Message);
    }

    /// <summary>
    /// PyTorch-VAE divides the sliced distance by N(N − 1). Every example twice is the same distribution, and as far away.
    /// </summary>
    [Fact]
    public void A17_The_sliced_distance_does_not_depend_on_the_size_of_the_batch()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var (a, b, lines) = (noise.Normal([1, 9, 2], CPU), noise.Normal([1, 9, 2], CPU), noise.Normal([20, 2], CPU));
        var once = SlicedWassersteinSpec.Between(a, b, lines).item<float>();
        Check.Close(once, SlicedWassersteinSpec.Between(cat([a, a], 1), cat([b, b], 1), lines).item<float>());
        Assert.True(once > 0.01);
    }

    /// <summary>
    /// PyTorch-VAE takes the means of DIP over the units of an example. Codes that are all the same have no covariance over the batch,
    /// whatever their units are.
    /// </summary>
    [Fact]
    public void A08_The_covariance_is_over_the_batch_and_not_over_the_units()
    {
        using var scope = NewDisposeScope();
        var same = tensor(new[] { 5f, -3, 1 }).expand(8, 3);
        Check.Close(0, Codes.Loss(new DipOneSpec { Diagonal = 0 }, Codes.Trace(same)));
        Check.Close(3, Codes.Loss(new DipOneSpec { Diagonal = 1 }, Codes.Trace(same)));
    }

    /// <summary>Nor is it a sum over examples: twice the batch, the same covariance.</summary>
    [Fact]
    public void A08_The_covariance_is_a_mean_over_the_batch()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var z = noise.Normal([6, 3], CPU);
        Check.Close(Codes.Loss(new DipOneSpec(), Codes.Trace(z)), Codes.Loss(new DipOneSpec(), Codes.Trace(cat([z, z], 0))), 1e-4);
    }

    /// <summary>
    /// PyTorch-VAE has exp(2 log σ²) on the diagonal of DIP-VAE-II. With equal means and σ² = ½ the variance is ½, not ¼.
    /// </summary>
    [Fact]
    public void A08_The_diagonal_has_the_variance_and_not_its_square()
    {
        using var scope = NewDisposeScope();
        var q = new Normal(zeros(4, 3), full(4, 3, Math.Log(0.5), dtype: float32));
        Check.Close(3 * 0.25, Codes.Loss(new DipTwoSpec { Diagonal = 1 }, Codes.Trace(q.Mean.unsqueeze(0), q)));
    }

    /// <summary>
    /// P23: in Pythae two optimisers pass the loss of RAE-L2 back, which gives the encoder twice its gradient. Behind a step of the
    /// trainer's own players the encoder has moved by the gradient of the squared error and the codes' norm, taken apart from them.
    /// </summary>
    [Fact]
    public void P23_The_encoder_of_rae_l2_moves_by_its_gradient_once()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(1);
        using var copies = new WeightCopies();
        var spec = ModelZoo.Find("rae-l2").Spec with { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };
        var (data, batch) = (Examples.Images(), Examples.Batch());
        var (model, objective) = (spec.Build(data, noise), spec.BuildObjective(data, noise));
        var encoder = model.Side(Side.Inference).SelectMany(module => module.parameters()).Cast<Tensor>().ToArray();
        var progress = new Progress(noise) { Training = true };
        var z = model.Encode(batch, progress).Mean;
        var error = (model.Decode(z).Mean - batch.X).square().flatten(1).sum(dim: 1L);
        var loss = (error + 0.5 * 0.0128 * z.square().sum(dim: 1L)).mean();
        loss.backward(null!, false, false, encoder);
        Tensor[] expected = [.. encoder.Select(weight => weight.grad!.clone())];
        Tensor[] before = [.. encoder.Select(weight => weight.detach().clone())];

        var players = objective.Players(model)
            .Select(player => new TrainingPlayer(player, new SgdSpec { LearningRate = 1e-3, Momentum = 0 }, copies)).ToList();
        var losses = objective.Compute(model, model.Infer(batch, objective.Samples, progress), progress).ByPlayer;
        foreach (var (player, value) in losses)
            players.Single(one => one.Name == player).Backward(value, keepGraph: true);
        players.ForEach(player => player.Move(1));
        for (var i = 0; i < encoder.Length; i++)
            Check.Close(expected[i], (before[i] - encoder[i].detach()) / 1e-3, 1e-3, 2e-3 * expected[i].abs().max().item<float>() + 1e-3);
        Assert.True(expected.Max(gradient => gradient.abs().max().item<float>()) > 0.1, "the test says nothing");
        players.ForEach(player => player.Dispose());
    }

    /// <summary>
    /// P14, A20: Pythae weighs the discrepancy by 0.03 and PyTorch-VAE by 100 beside a mean; the official code multiplies the error by
    /// 0.05. The row is the paper's for MNIST: the squared error and ten times the discrepancy.
    /// </summary>
    [Fact]
    public void P14_A20_The_row_is_the_squared_error_and_ten_times_the_discrepancy()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(4);
        var spec = ModelZoo.Find("wae-mmd").Spec;
        var (data, batch) = (Examples.Images(), Examples.Batch());
        var (model, objective) = (spec.Build(data, noise), spec.BuildObjective(data, noise));
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(batch, 1, progress);
        var losses = objective.Compute(model, trace, progress);
        var error = (trace.Likelihood.Mean.squeeze(0) - batch.X).square().flatten(1).sum(dim: 1L).mean().item<float>();
        var (found, mmd) = (losses.ByPlayer.Single().Loss.item<float>(), losses.Term("mmd"));
        Assert.True(Math.Abs(mmd) > 0.05, "the test says nothing");
        Check.Close(error + 10 * mmd + 32 * Math.Log(Math.PI), found, 1e-5);                     // ½ D log 2πσ², D = 64, σ² = ½
    }

    /// <summary>
    /// Pythae differentiates the decoded image by the example x, through the encoder; the paper's code differentiates squared pixels. The
    /// norm of the decoder's Jacobian is a property of the decoder: of a linear one it is ‖W‖² at every code, the encoder has no gradient
    /// of it, and what is added to the pixels is nothing to it.
    /// </summary>
    [Fact]
    public void P24_The_penalty_of_rae_gp_is_the_jacobian_of_the_decoder_by_the_code()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(6);
        var model = new LinearGaussian().Model;                                               // columns of W have squared lengths 4 and 2.5
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(new Batch(noise.Normal([8, LinearGaussian.D], CPU)), 1, progress);
        var penalty = new DecoderGradientSpec { Weight = 1, Probes = 100 }.Build(model.Latent);
        var losses = Enumerable.Range(0, 30).Select(_ => penalty.Compute(model, trace, progress).ByPlayer.Single().Loss).ToList();
        var (mean, error) = Statistics.MeanOf([.. losses.Select(loss => (double)loss.item<float>())]);
        Assert.InRange(mean, 6.5 - Statistics.Sigmas * error - 1e-4, 6.5 + Statistics.Sigmas * error + 1e-4);
        Assert.True(error < 0.1);

        var weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        losses[0].backward(null!, retain_graph: true, create_graph: false, [.. weights.Values]);
        Assert.True(weights["decoder.output.weight"].grad!.abs().max().item<float>() > 0.1);
        Assert.All(weights.Where(weight => weight.Key != "decoder.output.weight"), weight =>
            Assert.True(weight.Value.grad is null || weight.Value.grad.abs().max().item<float>() == 0, weight.Key));
    }

    /// <summary>
    /// P05: in Pythae codes are not detached in the critic's loss, which is passed back behind the zeroing of gradients, so that the
    /// encoder also moves to help the critic. That loss has no way to the model here, and behind a step of the trainer's own players the
    /// encoder has moved by the gradient of the bound and of γ TC, taken apart from them, and by nothing of the critic's.
    /// </summary>
    [Fact]
    public void P05_The_encoder_of_factor_vae_does_not_move_for_the_critic()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(8);
        using var copies = new WeightCopies();
        var spec = Examples.Shrink(ModelZoo.Find("factor-vae").Spec) with
        {
            Penalties = [new DensityRatioSpec { Gamma = 2, Layers = 2, Width = 16 }],            // Pythae's γ
        };
        var (data, batch) = (Examples.Images(), Examples.Batch());
        var (model, objective) = (spec.Build(data, noise), spec.BuildObjective(data, noise));
        var encoder = model.Side(Side.Inference).SelectMany(module => module.parameters()).Cast<Tensor>().ToArray();
        var critic = objective.modules().OfType<Critic>().Single();
        var expected = Gradient(trace =>
            (trace.Divergence - trace.LogLikelihood).mean() + 2 * critic.LogRatio(trace.Codes.flatten(0, 1)).mean());
        var critics = Gradient(trace => 0.5 * Critic.Yes(critic.LogRatio(trace.Codes.flatten(0, 1))).mean());
        var scale = expected.Max(gradient => gradient.abs().max().item<float>());
        Assert.True(critics.Max(gradient => gradient.abs().max().item<float>()) > 1e-3 * scale, "the test says nothing");

        var (trace, progress) = Pass();
        var losses = objective.Compute(model, trace, progress).ByPlayer;
        losses.Single(loss => loss.Player == "critic").Loss.backward(retain_graph: true);
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
        var before = encoder.Select(weight => weight.detach().clone()).ToList();
        var players = objective.Players(model)
            .Select(player => new TrainingPlayer(player, new SgdSpec { LearningRate = 1, Momentum = 0 }, copies)).ToList();
        foreach (var (player, loss) in losses)
            players.Single(one => one.Name == player).Backward(loss, keepGraph: true);
        players.ForEach(player => player.Move(1));
        for (var i = 0; i < encoder.Length; i++)
            Check.Close(expected[i], before[i] - encoder[i].detach(), 0, 1e-5 * scale);
        players.ForEach(player => player.Dispose());

        Tensor[] Gradient(Func<Trace, Tensor> loss)
        {
            loss(Pass().Trace).backward(null!, false, false, encoder);
            Tensor[] found = [.. encoder.Select(weight => weight.grad!.clone())];
            foreach (var weight in encoder)
                weight.grad = null;
            return found;
        }

        // The same draws each time.
        (Trace Trace, Progress Progress) Pass()
        {
            var progress = new Progress(new SeededNoise(9)) { Training = true, Others = [Examples.Batch(seed: 101)] };
            return (model.Infer(batch, 1, progress), progress);
        }
    }

    /// <summary>
    /// A09: PyTorch-VAE shuffles the units of each code among each other. By algorithm 1 a unit keeps its values and goes to other codes,
    /// so that marginals stay; units lose sight of each other, so that correlation goes.
    /// </summary>
    [Fact]
    public void A09_Units_are_shuffled_over_the_batch_and_not_within_a_code()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var first = noise.Normal([5000, 1], CPU);
        var z = cat([first, 0.9 * first + 0.1 * noise.Normal([5000, 1], CPU)], dim: 1);
        var shuffled = DensityRatio.ShuffleUnits(z, noise);
        Check.Close(z.sort(0).Values, shuffled.sort(0).Values, 0, 0);
        Assert.True(Correlation(z) > 0.99);
        // A correlation of n independent pairs has deviation 1/√n.
        Assert.True(Math.Abs(Correlation(shuffled)) < Statistics.Sigmas / Math.Sqrt(5000));

        static double Correlation(Tensor z)
        {
            var centred = z - z.mean([0L], keepdim: true);
            return ((centred[.., 0] * centred[.., 1]).sum() / (centred[.., 0].norm() * centred[.., 1].norm())).item<float>();
        }
    }

    /// <summary>A09: PyTorch-VAE's critic normalises over the batch. Here it sees a code as it would by itself.</summary>
    [Fact]
    public void A09_The_critic_does_not_normalise_over_the_batch()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(10);
        var critic = Examples.Shrink(ModelZoo.Find("factor-vae").Spec).BuildObjective(noise).modules().OfType<Critic>().Single();
        var z = 3 * noise.Normal([8, 10], CPU);
        Check.Close(critic.LogRatio(z).narrow(0, 0, 2), critic.LogRatio(z.narrow(0, 0, 2)), 1e-4, 1e-6);
    }
}
