using System.Runtime.CompilerServices;
using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>What a kernel reads stays, without a dispose scope that would hold it.</summary>
public sealed class LifetimeTests
{
    public LifetimeTests() => WithKernels.Needed();

    [Fact]
    public void The_state_of_an_optimisers_pass_lives_as_long_as_it()
    {
        var (pass, watched) = Over();
        GC.Collect();
        Assert.All(watched, state => Assert.True(state.IsAlive));
        GC.KeepAlive(pass);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (UpdatePass, WeakReference[]) Over()
        {
            Tensor[] inputs = [zeros(100), zeros(100), zeros(100)];
            return (UpdatePass.Over([inputs[0]], [inputs[1]], [inputs[2]])!, Array.ConvertAll(inputs, input => new WeakReference(input)));
        }
    }
}
