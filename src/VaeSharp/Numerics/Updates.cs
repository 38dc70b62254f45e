using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VaeSharp.Numerics;

/// <summary>One step of Adam for one parameter.</summary>
/// <param name="Step">η / (1 − β₁ᵗ).</param>
/// <param name="Scale">1 / √(1 − β₂ᵗ).</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Keep">What is left of a weight that decays by itself: 1 − ηλ.</param>
internal readonly record struct AdamStep(double Step, double Scale, double Epsilon, double Keep);

/// <summary>
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − step · m / (scale · √v + ε). Kingma and Ba 2015, algorithm 1.
/// </summary>
internal readonly unsafe struct AdamUpdate(AdamStep[] steps, double beta1, double beta2, double decay) : IUpdate
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<TGradient>(int tensor, float* p, byte* g, float* a, float* b, byte* copy, int count)
        where TGradient : IFormat
    {
        var step = steps[tensor];
        var (rate, scale, epsilon, keep) = (All(-step.Step), All(step.Scale), All(step.Epsilon), All(step.Keep));
        var (first, second, added, rest) = (All(1 - beta1), All(beta2), All(decay), All(1 - beta2));
        for (var i = 0; i < count; i += 16)
        {
            var (weight, m) = (Vector512.Load(p + i), Vector512.Load(a + i));
            var gradient = Vector512.FusedMultiplyAdd(added, weight, TGradient.Load(g + (long)i * TGradient.Size));
            m = Vectors.Flush(Vector512.FusedMultiplyAdd(gradient - m, first, m));
            var v = Vectors.Flush(Vector512.FusedMultiplyAdd(Vectors.FlushRoot(gradient) * gradient, rest, Vector512.Load(b + i) * second));
            m.Store(a + i);
            v.Store(b + i);
            var denominator = Vector512.FusedMultiplyAdd(Vector512.Sqrt(v), scale, epsilon);
            weight = Vector512.FusedMultiplyAdd(m / denominator, rate, weight * keep);
            weight.Store(p + i);
            if (copy is not null)
                BFloat16.Store(weight, copy + (long)i * BFloat16.Size);
        }
    }

    private static Vector512<float> All(double value) => Vector512.Create((float)value);
}

/// <summary>v ← ρ v + (1 − ρ) g², b ← μ b + g / (√v + ε), θ ← θ − η b. Tieleman and Hinton 2012, with Keras's place of ε.</summary>
internal readonly unsafe struct RmsPropUpdate(double rate, double rho, double decay, double epsilon, double momentum) : IUpdate
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<TGradient>(int tensor, float* p, byte* g, float* a, float* b, byte* copy, int count)
        where TGradient : IFormat
    {
        var (keep, rest, floor, added) = (All(rho), All(1 - rho), All(epsilon), All(decay));
        var (step, inertia) = (All(-rate), All(momentum));
        for (var i = 0; i < count; i += 16)
        {
            var weight = Vector512.Load(p + i);
            var gradient = Vector512.FusedMultiplyAdd(added, weight, TGradient.Load(g + (long)i * TGradient.Size));
            var v = Vectors.Flush(Vector512.FusedMultiplyAdd(Vectors.FlushRoot(gradient) * gradient, rest, Vector512.Load(a + i) * keep));
            v.Store(a + i);
            var move = gradient / (Vector512.Sqrt(v) + floor);
            if (b is not null)
            {
                move = Vector512.FusedMultiplyAdd(Vector512.Load(b + i), inertia, move);
                move.Store(b + i);
            }
            weight = Vector512.FusedMultiplyAdd(move, step, weight);
            weight.Store(p + i);
            if (copy is not null)
                BFloat16.Store(weight, copy + (long)i * BFloat16.Size);
        }
    }

    private static Vector512<float> All(double value) => Vector512.Create((float)value);
}
