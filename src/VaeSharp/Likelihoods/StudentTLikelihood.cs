using System.ComponentModel.DataAnnotations;
using VaeSharp.Distributions;
using VaeSharp.Networks;
using Parameter = TorchSharp.Modules.Parameter;

namespace VaeSharp.Likelihoods;

/// <summary>Student's noise: heavier tails than normal ones, so that single elements far off do not decide.</summary>
[Part("student-t", Paper = "Takahashi et al. 2018, Student-t Variational Autoencoder for Robust Density Estimation, IJCAI",
    Formula = "p(x|z) = St(x; μ, s, ν),  μ, s and ν from the decoder")]
public sealed record StudentTLikelihoodSpec : LikelihoodSpec
{
    /// <summary>Where scale and degrees of freedom come from; the mean is always decoded. The paper decodes all three.</summary>
    public NoiseSource Noise { get; init; }

    /// <summary>Scale s, in units of the data: fixed, or at the start. It stays above e⁻⁶ = 0.0025.</summary>
    [Range(2.5e-3, 1e4)]
    public double Scale { get; init; } = 0.25;

    /// <summary>
    /// Degrees of freedom ν: fixed, or at the start. They stay above 1, where the mean exists; normal noise has infinitely many.
    /// </summary>
    [Range(1, 1e6, MinimumIsExclusive = true)]
    public double DegreesOfFreedom { get; init; } = 4;

    /// <summary>How the decoder's output becomes the mean.</summary>
    public MeanLink Mean { get; init; }

    /// <inheritdoc/>
    public override Likelihood Build(DataSpec data) => new StudentTLikelihood(data, this);
}

/// <summary>p(x|z) = ∏ St(x; μ(z), s, ν), with s and ν from the decoder, learned or known.</summary>
public sealed class StudentTLikelihood : Likelihood
{
    private readonly DataSpec data;
    private readonly MeanOf mean;
    private readonly NoiseSource source;
    private readonly (double Scale, double Degrees) given;
    private readonly (double Scale, double Degrees) start;
    private readonly Parameter? logScale;
    private readonly Parameter? degrees;

    /// <summary>Makes the likelihood of examples of one kind.</summary>
    public StudentTLikelihood(DataSpec data, StudentTLikelihoodSpec spec) : base(nameof(StudentTLikelihood))
    {
        this.data = data;
        mean = new MeanOf(spec.Mean, data);
        source = spec.Noise;
        given = (Math.Log(spec.Scale), spec.DegreesOfFreedom);
        start = (SoftFloor.Inverse(SoftFloor.LogScale, given.Scale), SoftFloor.Inverse(1, given.Degrees));
        if (source == NoiseSource.Learned)
        {
            logScale = nn.Parameter(full(1, start.Scale, dtype: float32));
            degrees = nn.Parameter(full(1, start.Degrees, dtype: float32));
        }
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long Parameters => source == NoiseSource.Decoded ? 3 : 1;

    /// <inheritdoc/>
    public override double Constant => source == NoiseSource.Fixed ? -data.Size * AtTheMean() : 0;

    /// <inheritdoc/>
    /// <remarks>log s is softly held above −6 and ν above 1.</remarks>
    public override Distribution For(Tensor parameters, Tensor? x)
    {
        if (source == NoiseSource.Fixed)
            return new StudentT(mean.From(parameters), Known(given.Scale), Known(given.Degrees), mean.Rank);
        if (source == NoiseSource.Learned)
            return Held(parameters, logScale!, degrees!);
        var parts = parameters.chunk(3, -mean.Rank - 1);                                         // [.., 1, *shape] each
        return Held(parts[0], parts[1].squeeze(-mean.Rank - 1), parts[2].squeeze(-mean.Rank - 1), start.Scale, start.Degrees);

        StudentT Held(Tensor mu, Tensor s, Tensor nu, double moreScale = 0, double moreDegrees = 0) => new(mean.From(mu),
            SoftFloor.Above(SoftFloor.LogScale, s, moreScale), SoftFloor.Above(1, nu, moreDegrees), mean.Rank);

        Tensor Known(double value) => full(1, value, dtype: float32, device: parameters.device);
    }

    /// <inheritdoc/>
    public override LayerNode Describe(LayerGraph graph, LayerNode parameters) =>
        source == NoiseSource.Decoded ? graph.Other(this, data.Shape, parameters) : mean.Describe(graph, parameters);

    private double AtTheMean()
    {
        using var scope = NewDisposeScope();
        var zero = zeros(1, dtype: float64);
        return new StudentT(zero, zero + given.Scale, zero + given.Degrees, 1).LogProb(zero).item<double>();
    }
}
