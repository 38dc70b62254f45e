using VaeSharp.Objectives;

namespace VaeSharp.Tests.Objectives;

/// <summary>Penalties on single codes, against sums written out in double precision.</summary>
public sealed class CodePenaltyTests
{
    private static readonly float[] Numbers = [0.5f, -2, 3, -0.25f, 0, 1];

    private static Tensor Z => tensor(Numbers).view(3, 2);

    [Fact]
    public void The_norm_of_codes_is_half_their_squared_length()
    {
        using var scope = NewDisposeScope();
        Check.Close(7 * Numbers.Sum(z => 0.5 * z * z) / 3, Codes.Loss(new CodeNormSpec { Weight = 7 }, Codes.Trace(Z)));
    }

    [Fact]
    public void The_sum_of_sizes_is_per_example()
    {
        using var scope = NewDisposeScope();
        Check.Close(7 * Numbers.Sum(z => Math.Abs(z)) / 3, Codes.Loss(new SparseCodeSpec { Weight = 7 }, Codes.Trace(Z)));
    }

    /// <summary>KL(ρ ‖ ρ̂) of two coins, where ρ̂ is the mean of the sigmoid over the batch and not the sigmoid of the mean.</summary>
    [Fact]
    public void Sparse_activations_are_compared_with_coins()
    {
        using var scope = NewDisposeScope();
        const double rho = 0.1;
        var expected = Enumerable.Range(0, 2).Sum(j =>
        {
            var on = Enumerable.Range(0, 3).Average(n => 1 / (1 + Math.Exp(-Numbers[2 * n + j])));
            return rho * Math.Log(rho / on) + (1 - rho) * Math.Log((1 - rho) / (1 - on));
        });
        Check.Close(2 * expected, Codes.Loss(new SparseActivationSpec { Weight = 2, Activation = rho }, Codes.Trace(Z)));
        var just = full(5, 1, Math.Log(rho / (1 - rho)), dtype: float32);
        Check.Close(0, Codes.Loss(new SparseActivationSpec { Activation = rho }, Codes.Trace(just)));
    }

    /// <summary>A unit that is off, or on, for every example costs what its logarithm says, and is drawn back.</summary>
    [Theory, InlineData(-300f), InlineData(300f)]
    public void Units_that_are_stuck_cost_a_finite_amount_and_have_a_gradient(float at)
    {
        using var scope = NewDisposeScope();
        var z = full(4, 1, at, requires_grad: true);
        var loss = Codes.Losses(new SparseActivationSpec { Weight = 1, Activation = 0.5 }, Codes.Trace(z)).ByPlayer.Single().Loss;
        loss.backward();
        Check.Close(0.5 * 300 - Math.Log(2), loss.item<float>(), 1e-4);                          // ½ log(½/e⁻³⁰⁰) + ½ log(½/1)
        Check.Close(full(4, 1, Math.Sign(at) * 0.5 / 4, dtype: float32), z.grad!, 1e-4);
    }
}
