using VaeSharp.Flows;

namespace VaeSharp.Tests.Flows;

/// <summary>Who sees whom in a masked autoencoder.</summary>
public sealed class MadeTests
{
    public static TheoryData<int[], long[], int> Networks => new()
    {
        { [1, 2, 3, 4, 5], [20], 0 }, { [5, 4, 3, 2, 1], [20, 16], 0 }, { [3, 1, 5, 2, 4], [30, 30], 0 },
        { [3, 1, 5, 2, 4], [30, 30], 3 }, { [2, 1], [7], 2 }, { [1], [5], 2 }, { [1], [5], 0 }, { [2, 3, 1], [], 2 },
    };

    /// <summary>
    /// In the order of the units the derivatives are strictly lower triangular, and nothing below the diagonal is cut off.
    /// </summary>
    [Theory, MemberData(nameof(Networks))]
    public void An_output_depends_on_the_units_before_its_own_and_on_no_other(int[] order, long[] hidden, int context)
    {
        using var scope = NewDisposeScope();
        var made = FlowExamples.Filled(new Made(order, hidden, outputs: 2, context), float64);
        var z = FlowExamples.Normal(1, 3, 2, order.Length).requires_grad_();
        foreach (var output in made.Forward(z, context > 0 ? FlowExamples.Normal(2, 2, context) : null))
        {
            Assert.Equal(z.shape, output.shape);
            var slopes = DerivativeMatrix.Of(output, z).abs().amax([0L, 1L]);
            for (var i = 0; i < order.Length; i++)
            {
                for (var j = 0; j < order.Length; j++)
                    Assert.Equal(order[j] < order[i], slopes[i, j].item<double>() > 0);
            }
        }
    }

    /// <summary>With few hidden units degrees are missing, and what is seen is less, but never more.</summary>
    [Fact]
    public void Few_hidden_units_break_no_order()
    {
        using var scope = NewDisposeScope();
        var made = FlowExamples.Filled(new Made(Made.Order(7, reversed: false), [2, 3], 1), float64);
        var z = FlowExamples.Normal(3, 1, 2, 7).requires_grad_();
        var slopes = DerivativeMatrix.Of(made.Forward(z)[0], z);
        Check.Close(zeros_like(slopes), slopes.triu(), 0, 0);
        Assert.True(slopes.abs().sum().item<double>() > 0);
    }

    /// <summary>
    /// The context enters every layer: the outputs of each unit, the first's too, bend with it, which they would not if it came in at the
    /// last layer alone.
    /// </summary>
    [Theory, InlineData(1), InlineData(4)]
    public void Every_output_is_a_curved_function_of_the_context(int units)
    {
        using var scope = NewDisposeScope();
        var made = FlowExamples.Filled(new Made(Made.Order(units, reversed: true), [24], 2, context: 3), float64);
        var (z, h, step) = (FlowExamples.Normal(4, 1, 1, units), FlowExamples.Normal(5, 1, 3), FlowExamples.Normal(6, 1, 3));
        for (var output = 0; output < 2; output++)
        {
            var (before, at, after) = (made.Forward(z, h - step)[output], made.Forward(z, h)[output], made.Forward(z, h + step)[output]);
            Assert.True((after - at).abs().min().item<double>() > 1e-3);
            Assert.True((after - 2 * at + before).abs().min().item<double>() > 1e-3);
        }
    }

    [Fact]
    public void Orders_run_from_one_to_the_number_of_units()
    {
        Assert.Equal([1, 2, 3], Made.Order(3, reversed: false));
        Assert.Equal([3, 2, 1], Made.Order(3, reversed: true));
    }
}
