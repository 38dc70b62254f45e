using VaeSharp.Flows;

namespace VaeSharp.Tests.Flows;

/// <summary>Flows against the whole matrix of their derivatives, in double precision.</summary>
public sealed class FlowTests
{
    public static TheoryData<string> Names => [.. FlowExamples.Names];

    public static MatrixTheoryData<string, long> NamesSizes => new(FlowExamples.Names, [1, 2, 5]);

    [Theory, MemberData(nameof(NamesSizes))]
    public void The_change_of_volume_is_the_determinant_of_the_derivatives(string name, long latent)
    {
        using var scope = NewDisposeScope();
        var z = (2 * FlowExamples.Normal(1, 3, 2, latent)).requires_grad_();
        var (image, logDet) = FlowExamples.Make(name, latent, scale: 2).Given(FlowExamples.Normal(2, 2, FlowExamples.Features))(z);
        Assert.Equal([3, 2, latent], image.shape);
        Check.Close(DerivativeMatrix.Determinant(DerivativeMatrix.Of(image, z)).LogDet, logDet, 1e-9, 1e-9);
        var moves = name == "householder" || (name != "iaf" && latent == 1) || logDet.abs().min().item<double>() > 1e-4;
        Assert.True(moves, "the volume does not change: the test says nothing");
    }

    /// <summary>A map that is continuous and one-to-one never turns space over; each of T reflections does.</summary>
    [Theory, MemberData(nameof(Names))]
    public void No_map_folds_space_over(string name)
    {
        using var scope = NewDisposeScope();
        var z = (3 * FlowExamples.Normal(3, 50, 8, 3)).requires_grad_();
        var (image, _) = FlowExamples.Make(name, 3, layers: 1, scale: 4).Given(FlowExamples.Normal(4, 8, FlowExamples.Features))(z);
        var expected = name == "householder" ? -1.0 : 1;
        Check.Close(full_like(z.select(-1, 0), expected), DerivativeMatrix.Determinant(DerivativeMatrix.Of(image, z)).Sign, 0, 0);
    }

    /// <summary>
    /// With every weight 0 nothing is said, and nothing moves. (IAF's gate is then open by a constant: z shrinks by sigmoid(2) a step.)
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void Without_weights_a_flow_is_the_identity(string name)
    {
        using var scope = NewDisposeScope();
        var z = FlowExamples.Normal(5, 3, 2, 4);
        var (image, logDet) = FlowExamples.Make(name, 4, scale: 0).Given(FlowExamples.Normal(6, 2, FlowExamples.Features))(z);
        var gate = name == "iaf" ? Math.Pow(1 / (1 + Math.Exp(-2)), 3) : 1;
        Check.Close(gate * z, image, 1e-12, 1e-12);
        Check.Close(full([3, 2], 4 * Math.Log(gate), dtype: float64), logDet, 1e-12, 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void What_the_encoder_says_changes_the_map(string name)
    {
        using var scope = NewDisposeScope();
        var flow = FlowExamples.Make(name, 4);
        var z = FlowExamples.Normal(7, 1, 1, 4);
        var (one, _) = flow.Given(FlowExamples.Normal(8, 1, FlowExamples.Features))(z);
        var (other, _) = flow.Given(FlowExamples.Normal(9, 1, FlowExamples.Features))(z);
        Assert.True((one - other).abs().min().item<double>() > 1e-4);
    }

    /// <summary>Draws of an example are mapped by its own parameters, whatever else is in the batch.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Examples_and_draws_do_not_mix(string name)
    {
        using var scope = NewDisposeScope();
        var flow = FlowExamples.Make(name, 3);
        var (z, features) = (FlowExamples.Normal(10, 4, 5, 3), FlowExamples.Normal(11, 5, FlowExamples.Features));
        var (image, logDet) = flow.Given(features)(z);
        var (alone, change) = flow.Given(features.narrow(0, 2, 1))(z.narrow(0, 1, 1).narrow(1, 2, 1));
        Check.Close(alone[0, 0], image[1, 2], 1e-12, 1e-12);
        Check.Close(change[0, 0], logDet[1, 2], 1e-12, 1e-12);
    }

    /// <summary>In single precision: nothing overflows, no logarithm of 0, no root without a slope.</summary>
    [Theory]
    [InlineData(0.0, 1.0), InlineData(0.0, 0.0), InlineData(1e-20, 1.0)]
    [InlineData(1e3, 1e3), InlineData(1.0, 1e6), InlineData(1e4, 1.0)]
    public void Extreme_inputs_keep_values_and_gradients_finite(double features, double codes)
    {
        foreach (var name in FlowExamples.Names)
        {
            using var scope = NewDisposeScope();
            var flow = FlowExamples.Make(name, 4, dtype: float32);
            using (no_grad())
            {
                foreach (var parameter in flow.parameters().Where(parameter => parameter.dim() == 1))
                    parameter.zero_();
            }
            var h = (features * FlowExamples.Normal(12, 6, FlowExamples.Features)).to_type(float32).requires_grad_();
            var z = (codes * FlowExamples.Normal(13, 3, 6, 4)).to_type(float32).requires_grad_();
            var (image, logDet) = flow.Given(h)(z);
            Assert.True(Check.IsFinite(image) && Check.IsFinite(logDet), $"{name}: value");
            (image.sum() + logDet.sum()).backward();
            Assert.True(Check.IsFinite(h.grad!) && Check.IsFinite(z.grad!), $"{name}: gradient of inputs");
            foreach (var parameter in flow.parameters())
                Assert.True(parameter.grad is not { } grad || Check.IsFinite(grad), $"{name}: gradient of weights");
        }
    }

    /// <summary>Second derivatives are those of the same function: a gradient penalty against central differences.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Second_derivatives_are_the_limit_of_differences(string name)
    {
        using var scope = NewDisposeScope();
        var flow = FlowExamples.Make(name, 3);
        var features = FlowExamples.Normal(14, 2, FlowExamples.Features);
        var (z, direction) = (FlowExamples.Normal(15, 2, 2, 3).requires_grad_(), FlowExamples.Normal(16, 2, 2, 3));
        Slopes(z, graph: true).square().sum().backward();
        const double h = 1e-5;                                                                   // error h² × third derivatives
        var differences = (Penalty(z + h * direction) - Penalty(z - h * direction)) / (2 * h);
        Check.Close(differences, (z.grad! * direction).sum().item<double>(), 1e-6, 1e-6);

        double Penalty(Tensor at) => Slopes(at.detach().requires_grad_(), graph: false).square().sum().item<double>();

        Tensor Slopes(Tensor at, bool graph)
        {
            var (image, logDet) = flow.Given(features)(at);
            (image.sin().sum() + logDet.sum()).backward(null!, retain_graph: graph, create_graph: graph, [at]);
            var slopes = at.grad!;
            at.grad = null;
            return slopes;
        }
    }

    /// <summary>The product of reflections at once is one reflection after the other, also where vectors are parallel, or none.</summary>
    [Theory, InlineData(1), InlineData(4), InlineData(9)]
    public void An_orthogonal_matrix_is_its_reflections_one_after_the_other(long count)
    {
        using var scope = NewDisposeScope();
        var vectors = FlowExamples.Normal(19, 5, 2, count, 4);
        vectors[1, 0] = 3 * vectors[1, 0, 0];                                                    // all parallel
        vectors[2, 1, 0] = zeros(4, dtype: float64);
        var q = SylvesterFlow.Product(vectors);                                                  // [10, 4, 4]
        var x = FlowExamples.Normal(20, 7, 10, 4);
        var expected = HouseholderFlow.Reflect(x, vectors.flatten(0, 1).unbind(1).Reverse()).Image;
        Check.Close(expected.transpose(0, 1), x.transpose(0, 1).bmm(q.transpose(-2, -1)), 1e-12, 1e-12);
        Check.Close(eye(4, dtype: float64).expand(10, 4, 4), q.bmm(q.transpose(-2, -1)), 1e-12, 1e-12);
    }

    /// <summary>A reflection keeps lengths, however long its vector is, and undoes itself.</summary>
    [Theory, InlineData(1e-25), InlineData(1e-8), InlineData(1.0), InlineData(1e15)]
    public void Reflections_keep_lengths(double size)
    {
        using var scope = NewDisposeScope();
        var z = FlowExamples.Normal(17, 6, 3, 4).to_type(float32);
        var vectors = FlowExamples.Normal(18, 2, 3, 4).mul(size).to_type(float32).unbind(0);
        var (image, _) = HouseholderFlow.Reflect(z, vectors);
        Check.Close(z.square().sum(dim: -1L), image.square().sum(dim: -1L), 1e-5);
        Check.Close(z, HouseholderFlow.Reflect(image, vectors.Reverse()).Image, 1e-5, 1e-5);
        Assert.True((image - z).abs().max().item<float>() > 0.1);
    }
}
