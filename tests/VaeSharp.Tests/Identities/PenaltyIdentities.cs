using VaeSharp.Conditions;
using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Objectives;
using VaeSharp.Posteriors;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Identities;

/// <summary>Penalties without weight are not there, from the same weights and the same noise.</summary>
public sealed class PenaltyIdentities
{
    private static readonly VaeSpec Vae = new() { Latent = 3, Network = new MlpSpec { Hidden = [16], Activation = Activation.Tanh } };

    private static readonly Dictionary<string, PenaltySpec> Nothing = new()
    {
        ["α = β = γ = 1, weighted"] = new TotalCorrelationSpec { Beta = 1 },
        ["α = β = γ = 1, stratified"] = new TotalCorrelationSpec { Beta = 1, Sampling = MinibatchSampling.Stratified },
        ["dip-1"] = new DipOneSpec { OffDiagonal = 0, Diagonal = 0 },
        ["dip-2"] = new DipTwoSpec { OffDiagonal = 0, Diagonal = 0 },
        ["mmd, imq"] = new MeanDiscrepancySpec { Weight = 0 },
        ["mmd, rbf"] = new MeanDiscrepancySpec { Weight = 0, Kernel = new RbfKernel() },
        ["sliced-wasserstein"] = new SlicedWassersteinSpec { Weight = 0 },
        ["code-norm"] = new CodeNormSpec { Weight = 0 },
        ["decoder-weights"] = new DecoderWeightsSpec { Weight = 0 },
        ["decoder-gradient"] = new DecoderGradientSpec { Weight = 0 },
        ["contractive"] = new ContractionSpec { Weight = 0 },
        ["sparse-kl"] = new SparseActivationSpec { Weight = 0 },
        ["sparse-l1"] = new SparseCodeSpec { Weight = 0 },
    };

    public static TheoryData<string> Names => [.. Nothing.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_penalty_without_weight_leaves_the_variational_autoencoder(string name)
    {
        using var scope = NewDisposeScope();
        Pass.Of(Vae with { Penalties = [Nothing[name]] }).AssertSameAs(Pass.Of(Vae));
    }

    /// <summary>A weight moves the loss by the logged term, once for each unit of it.</summary>
    [Theory]
    [InlineData("mmd"), InlineData("sliced-wasserstein"), InlineData("code-norm"), InlineData("decoder-weights")]
    [InlineData("decoder-gradient"), InlineData("contractive"), InlineData("sparse-kl"), InlineData("sparse-l1")]
    public void The_loss_is_affine_in_the_weight_with_the_logged_term_as_its_slope(string name)
    {
        using var scope = NewDisposeScope();
        var (zero, three) = (Pass.Of(Vae with { Penalties = [Weighing(0)] }), Pass.Of(Vae with { Penalties = [Weighing(3)] }));
        var term = three.Losses.Term(name);
        Assert.True(Math.Abs(term) > 1e-3);
        Check.Close(zero.Loss + 3 * term, three.Loss);

        PenaltySpec Weighing(double weight) => name switch
        {
            "mmd" => new MeanDiscrepancySpec { Weight = weight },
            "sliced-wasserstein" => new SlicedWassersteinSpec { Weight = weight },
            "code-norm" => new CodeNormSpec { Weight = weight },
            "decoder-weights" => new DecoderWeightsSpec { Weight = weight },
            "decoder-gradient" => new DecoderGradientSpec { Weight = weight },
            "contractive" => new ContractionSpec { Weight = weight },
            "sparse-kl" => new SparseActivationSpec { Weight = weight },
            _ => new SparseCodeSpec { Weight = weight },
        };
    }

    /// <summary>The penalty is the decoder's weights': what the likelihood learns is left alone, as its noise is no weight.</summary>
    [Fact]
    public void Decoder_weights_are_those_of_the_decoder_alone()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var model = (Vae with { Likelihood = new LearnedGaussianLikelihoodSpec() }).Build(Examples.Images(), noise);
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(Examples.Batch(), 1, progress);
        var norm = new DecoderWeightsSpec { Weight = 1 }.Build(model.Latent).Compute(model, trace, progress).ByPlayer.Single().Loss;
        var decoder = model.named_parameters().Where(p => p.name.StartsWith("decoder.", StringComparison.Ordinal));
        Check.Close(decoder.Sum(p => p.parameter.to_type(float64).square().sum().item<double>()), norm.item<float>());
    }

    /// <summary>Draws of the prior are told what the codes were told, be it classes or weights of classes.</summary>
    [Theory, InlineData("mmd"), InlineData("sliced-wasserstein")]
    public void Labels_that_are_weights_give_what_their_classes_give(string name)
    {
        using var scope = NewDisposeScope();
        PenaltySpec penalty = name == "mmd" ? new MeanDiscrepancySpec() : new SlicedWassersteinSpec();
        var spec = Vae with { Condition = new LabelConditionSpec(), Penalties = [penalty], Objective = new ElboSpec { Samples = 2 } };
        var batch = Examples.Batch();
        var weights = batch with { Labels = eye(3).index_select(0, batch.Labels!) };
        Pass.Of(spec, batch: weights).AssertSameAs(Pass.Of(spec, batch: batch));
    }

    /// <summary>
    /// Codes are compared with draws of the model's own prior: codes N(1, I) of three units are known to be (θᵀ1)² along a line, 1 in the
    /// mean, and 2 (6/10)^{3/2} (1 − e^{−3/10}) = 0.241 by a Gaussian kernel of C = 6, from N(0, I). Of 3000 draws that is known to some
    /// percent.
    /// </summary>
    [Fact]
    public void Shifted_normal_codes_are_as_far_from_the_prior_as_closed_forms_say()
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(7);
        var model = (Vae with
        {
            Network = new MlpSpec { Hidden = [] },
            Posterior = new PointPosteriorSpec(),
            Likelihood = new GaussianLikelihoodSpec { Mean = MeanLink.Identity },
            Objective = new ReconstructionSpec(),
        }).Build(new DataSpec(3) { Low = double.NegativeInfinity, High = double.PositiveInfinity }, noise);
        using (no_grad())
        {
            model.named_parameters().Single(p => p.name == "posterior.code.weight").parameter.copy_(eye(3));
            model.named_parameters().Single(p => p.name == "posterior.code.bias").parameter.fill_(1);
        }
        var progress = new Progress(noise) { Training = true };
        var trace = model.Infer(new Batch(noise.Normal([3000, 3], CPU)), 1, progress);
        Assert.InRange(Term(new SlicedWassersteinSpec { Projections = 2000 }, "sliced-wasserstein"), 0.85, 1.15);
        Assert.InRange(Term(new MeanDiscrepancySpec { Kernel = new RbfKernel { Scales = [1] } }, "mmd"), 0.2, 0.28);

        double Term(PenaltySpec penalty, string name) => penalty.Build(model.Latent).Compute(model, trace, progress).Term(name);
    }
}
