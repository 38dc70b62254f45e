using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>The von Mises–Fisher distribution's normaliser and its derivatives, from κ = 10⁻³ to 10⁶ in 2 to 512 dimensions.</summary>
public sealed class BesselRatioTests
{
    public static MatrixTheoryData<long, double> Cases => new([2L, 3, 4, 5, 10, 51, 64, 512],
        [1e-3, 0.1, 1, 3.9, 4.1, 10, 30, 63.9, 64.1, 100, 1e3, 1e4, 1e5, 1e6]);

    /// <summary>Against integrals over the sphere: −log E exp(−κs), E s and Var s, of which no sum has terms that cancel.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Normaliser_mean_and_variance_are_those_of_the_integral(long dimension, double kappa)
    {
        var uniform = new Latitude(dimension, 0, Latitude.VonMisesFisher);
        var tilted = new Latitude(dimension, kappa, Latitude.VonMisesFisher);
        var found = BesselRatio.At(kappa, dimension);
        var mean = tilted.Mean((s, _) => s);
        Check.Close(uniform.LogIntegral - tilted.LogIntegral, found.LogNormaliser, 1e-11, 1e-12);
        Check.Close(mean, found.Complement, 1e-12, 0);
        Check.Close(tilted.Mean((s, _) => (s - mean) * (s - mean)), found.Slope, 1e-11, 0);
    }

    /// <summary>Numbers of mpmath's Bessel functions, in arithmetic of 60 digits: κ, m, κ − log E exp(κt), 1 − A, A′.</summary>
    [Theory]
    [InlineData(0.001, 2, 0.000999750000015625, 0.99950000006249999, 0.49999981250005208)]
    [InlineData(0.001, 3, 0.00099983333333888889, 0.99966666668888889, 0.33333326666667725)]
    [InlineData(0.001, 10, 0.00099995000000020833, 0.99990000000083333, 0.09999999750000006)]
    [InlineData(0.001, 512, 0.0009999990234375, 0.99999804687500001, 0.0019531249999777352)]
    [InlineData(1, 2, 0.76408564149282135, 0.55361003410346549, 0.35434603245035625)]
    [InlineData(1, 3, 0.83856063842880437, 0.6869647145006687, 0.27593833903368953)]
    [InlineData(1, 10, 0.95020637291364466, 0.90082161760028744, 0.097558206867163358)]
    [InlineData(1, 512, 0.99902343935538814, 0.99804688242153383, 0.00195310273551088)]
    [InlineData(10, 2, 2.0570279168813044, 0.051400174045154041, 0.005298387602951359)]
    [InlineData(10, 3, 2.9957322756151446, 0.099999995877692747, 0.0099999917553854763)]
    [InlineData(10, 10, 6.1477856705509053, 0.3663316083766946, 0.028162816996558401)]
    [InlineData(10, 512, 9.9023622946177626, 0.98047616597697486, 0.0019509013284569633)]
    [InlineData(100, 2, 3.2202673100574163, 0.0050126269948312344, 5.0253830221470357e-5)]
    [InlineData(100, 3, 5.2983173665480367, 0.01, 0.0001)]
    [InlineData(100, 10, 15.77069891558977, 0.044204827118752579, 0.00043402193759408747)]
    [InlineData(100, 512, 90.411162292896311, 0.81159523598516429, 0.0017553007807036045)]
    [InlineData(10000, 2, 5.524096218567699, 5.0001250125019535e-5, 5.0002500375078145e-9)]
    [InlineData(10000, 3, 9.903487552536128, 0.0001, 1.0e-8)]
    [InlineData(10000, 10, 36.415615193878367, 0.00044992124212692054, 4.4984247638268315e-8)]
    [InlineData(10000, 512, 1018.9474952958244, 0.025224896589431625, 2.4899866356875756e-6)]
    [InlineData(1000000, 2, 7.8266936871867473, 5.00000125000125e-7, 5.00000250000375e-13)]
    [InlineData(1000000, 3, 14.508657738524219, 1.0e-6, 1.0e-12)]
    [InlineData(1000000, 10, 57.138101366460117, 4.499992124992125e-6, 4.4999842499763751e-12)]
    [InlineData(1000000, 512, 2192.34976632297, 0.00025546748759301611, 2.554349751545768e-10)]
    public void They_are_those_of_arithmetic_with_many_digits(
        double kappa, long dimension, double normaliser, double complement, double slope)
    {
        var found = BesselRatio.At(kappa, dimension);
        Check.Close(normaliser, found.LogNormaliser, 1e-13, 1e-12);
        Check.Close(complement, found.Complement, 1e-13, 0);
        Check.Close(slope, found.Slope, 1e-12, 0);
    }

    /// <summary>In three dimensions E exp(κt) = sinh κ / κ and A = coth κ − 1/κ.</summary>
    [Theory, InlineData(0.5), InlineData(5.0), InlineData(7.9), InlineData(8.1), InlineData(300.0)]
    public void In_three_dimensions_they_are_hyperbolic_functions(double kappa)
    {
        var found = BesselRatio.At(kappa, 3);
        Check.Close(-Math.Log((1 - Math.Exp(-2 * kappa)) / (2 * kappa)), found.LogNormaliser, 1e-13, 1e-13);
        Check.Close(1 - 1 / Math.Tanh(kappa) + 1 / kappa, found.Complement, 1e-12);
        Check.Close(1 / (kappa * kappa) - 1 / (Math.Sinh(kappa) * Math.Sinh(kappa)), found.Slope, 1e-10);
    }

    /// <summary>A = κ/m − κ³/(m²(m + 2)) + O(κ⁵) at 0, and no division by κ.</summary>
    [Theory, InlineData(2), InlineData(512)]
    public void They_are_smooth_at_zero(long dimension)
    {
        Assert.Equal(new BesselRatio(0, 1, 1.0 / dimension), BesselRatio.At(0, dimension));
        var (k, m) = (1e-3, (double)dimension);
        var found = BesselRatio.At(k, dimension);
        Check.Close(k * k / (2 * m) - k * k * k * k / (4 * m * m * (m + 2)), k - found.LogNormaliser, 1e-9, 1e-18);
        Check.Close(1 / m - 3 * k * k / (m * m * (m + 2)), found.Slope, 1e-12, 0);
    }

    /// <summary>Each derivative against differences of the function before it: G′ = 1 − A, G″ = −A′, G‴ = −A″.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Gradients_of_gradients_are_right(long dimension, double kappa)
    {
        using var scope = NewDisposeScope();
        var at = tensor(new[] { kappa }).requires_grad_();
        ConcentrationFunction.LogNormaliser(at, dimension).backward([ones(1, dtype: float64)], true, true, [at]);
        var first = at.grad!;
        at.grad = null;
        first.backward([ones(1, dtype: float64)], true, true, [at]);
        var second = at.grad!;
        at.grad = null;
        second.backward([ones(1, dtype: float64)], false, false, [at]);
        var third = at.grad!.item<double>();
        at.grad = null;
        Check.Close(BesselRatio.At(kappa, dimension).Complement, first.item<double>(), 0, 0);
        Check.Close(-BesselRatio.At(kappa, dimension).Slope, second.item<double>(), 0, 0);
        if (kappa > 1e4)
            return;                                                                              // differences have no digits left
        var h = 1e-3 * kappa;
        var difference = (BesselRatio.At(kappa - h, dimension).Slope - BesselRatio.At(kappa + h, dimension).Slope) / (2 * h);
        Check.Close(difference, third, 1e-4, 1e-7 * BesselRatio.At(kappa, dimension).Slope / kappa + 1e-9 / (kappa + dimension));
    }

    [Theory, InlineData(0.5), InlineData(1), InlineData(2.5), InlineData(11.5), InlineData(12), InlineData(256)]
    public void The_logarithm_of_the_gamma_function_is_torchs(double x) =>
        Check.Close(tensor(x).lgamma().item<double>(), BesselRatio.LogGamma(x), 1e-14, 1e-14);
}
