using VaeSharp.Flows;
using VaeSharp.Tests.Flows;

namespace VaeSharp.Tests.Traps;

/// <summary>What well-known implementations of flows get wrong.</summary>
public sealed class FlowTraps
{
    /// <summary>
    /// P11: VAE_LinNF of Pythae does not enforce wᵀu ≥ −1: along w its planar map then runs backwards for a while, so that it is not
    /// one-to-one and the density is not one. Here wᵀf(z) never falls, though wᵀu is far below −1.
    /// </summary>
    [Theory, InlineData(1.0), InlineData(10.0), InlineData(1000.0)]
    public void P11_A_planar_map_runs_forward_along_w_whatever_u_is(double size)
    {
        using var scope = NewDisposeScope();
        var w = tensor(new[] { 0.8, -0.5, 1.1 }).view(1, 1, 3);                                  // ‖w‖² = 2.1
        var u = -size * w + tensor(new[] { 0.3, 0.2, -0.1 });                                    // wᵀu = −2.1 size + 0.03
        var length = w.square().sum().sqrt();
        var z = linspace(-6, 6, 4001, dtype: float64).view(-1, 1, 1) * (w / length).squeeze(1);  // along w  [S, 1, Z]
        var image = PlanarFlow.Apply(z, u, w, zeros(1, 1, dtype: float64)).Image;
        Assert.True(Least(image) >= -1e-11, $"{Least(image)}");                                  // rounding of numbers up to 10³
        var unconstrained = z + u.squeeze(1) * (z * w).sum(-1, keepdim: true).tanh();
        Assert.True(Least(unconstrained) < -1e-4);

        double Least(Tensor f) => (f * w).sum(dim: -1L).flatten().diff().min().item<double>();
    }

    /// <summary>
    /// P11: Pythae adds 10⁻⁴ to the determinant in the logarithm: where the map nearly folds, with a determinant of 10⁻⁵, its log density
    /// is off by 2.4 nats.
    /// </summary>
    [Fact]
    public void P11_The_logarithm_of_a_small_determinant_has_nothing_added()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new[] { 1.0, 0, 0 }).view(1, 1, 3);
        var u = tensor(new[] { -12.0, 3, 1 }).view(1, 1, 3);
        var z = tensor(new[] { 0.0, 1, 2 }).view(1, 1, 3).requires_grad_();
        var (image, logDet) = PlanarFlow.Apply(z, u, w, zeros(1, 1, dtype: float64));
        var expected = DerivativeMatrix.Determinant(DerivativeMatrix.Of(image, z)).LogDet;
        Assert.InRange(expected.item<double>(), -12, -11);
        Check.Close(expected, logDet, 1e-8);
    }

    /// <summary>
    /// P12: Pythae's steps of IAF are z′ = (z − m) exp(−s), without the gate: σ z + (1 − σ) m lies between z and m, and σ is below 1. Here
    /// σ is read off as ∂z′ᵢ/∂zᵢ; the m that follows from it must not depend on zᵢ itself.
    /// </summary>
    [Fact]
    public void P12_A_step_of_an_inverse_autoregressive_flow_is_gated()
    {
        using var scope = NewDisposeScope();
        var map = FlowExamples.Make("iaf", 4, layers: 1, scale: 3).Given(FlowExamples.Normal(3, 1, FlowExamples.Features));
        var z = FlowExamples.Normal(4, 5, 1, 4);
        var (gate, mean) = Parts(z);
        Assert.True(gate.min().item<double>() > 0 && gate.max().item<double>() < 1);
        Assert.True(gate.max().item<double>() - gate.min().item<double>() > 0.05);
        for (var i = 0L; i < 4; i++)
        {
            var other = z.clone();
            other.select(-1, i).add_(1.7);
            var (again, same) = Parts(other);
            Check.Close(gate.select(-1, i), again.select(-1, i), 1e-9);
            Check.Close(mean.select(-1, i), same.select(-1, i), 1e-7, 1e-7);
        }

        (Tensor Gate, Tensor Mean) Parts(Tensor at)
        {
            var x = at.detach().clone().requires_grad_();
            var image = map(x).Image;
            var sigma = DerivativeMatrix.Of(image, x).diagonal(0, -2, -1);
            return (sigma, ((image - sigma * x) / (1 - sigma)).detach());
        }
    }

    /// <summary>
    /// P12: Pythae's IAF has no context: what the encoder says beside μ and σ must change the steps of every unit, the first's too.
    /// </summary>
    [Fact]
    public void P12_The_steps_of_an_inverse_autoregressive_flow_depend_on_the_context()
    {
        using var scope = NewDisposeScope();
        var flow = FlowExamples.Make("iaf", 4, layers: 1);
        var features = FlowExamples.Normal(5, 1, FlowExamples.Features).requires_grad_();
        var z = FlowExamples.Normal(6, 1, 1, 4);
        for (var i = 0L; i < 4; i++)
        {
            features.grad = null;
            flow.Given(features)(z).Image.select(-1, i).sum().backward();
            Assert.True(features.grad!.abs().max().item<double>() > 1e-3);
        }
    }

    /// <summary>
    /// An order that is not reversed leaves the first unit of every step blind: two steps with reversal connect all units.
    /// </summary>
    [Fact]
    public void The_order_is_reversed_between_steps()
    {
        using var scope = NewDisposeScope();
        var z = FlowExamples.Normal(7, 1, 1, 4).requires_grad_();
        var features = FlowExamples.Normal(8, 1, FlowExamples.Features);
        var one = DerivativeMatrix.Of(FlowExamples.Make("iaf", 4, layers: 1).Given(features)(z).Image, z)[0, 0];
        Check.Close(zeros(4, 4, dtype: float64), one.triu(1), 0, 0);
        var two = DerivativeMatrix.Of(FlowExamples.Make("iaf", 4, layers: 2).Given(features)(z).Image, z)[0, 0];
        Assert.True(two.triu(1).abs().sum().item<double>() > 0);
    }
}
