using VaeSharp.Numerics;

namespace VaeSharp.Tests.Numerics;

/// <summary>What a kernel may read, and when it runs.</summary>
public sealed class KernelsTests
{
    [Fact]
    public void Plain_formulas_run_until_the_scope_ends_and_on_its_thread_only()
    {
        Assert.Equal(Kernels.AreSupported, Kernels.AreUsable);
        using (Kernels.Avoid())
        {
            Assert.False(Kernels.AreUsable);
            using (Kernels.Avoid())
                Assert.False(Kernels.AreUsable);
            Assert.False(Kernels.AreUsable);
            var elsewhere = false;
            var thread = new Thread(() => elsewhere = Kernels.AreUsable);
            thread.Start();
            thread.Join();
            Assert.Equal(Kernels.AreSupported, elsewhere);
        }
        Assert.Equal(Kernels.AreSupported, Kernels.AreUsable);
    }

    private static readonly Dictionary<string, (Func<Tensor> Make, bool Taken, bool Dense, bool ChannelsLast)> Images = new()
    {
        ["contiguous"] = (() => zeros(2, 3, 4, 5), true, true, false),
        ["channels last"] = (() => zeros(2, 4, 5, 3).permute(0, 3, 1, 2), false, true, true),
        ["height and width swapped"] = (() => zeros(2, 5, 4, 3).permute(0, 3, 2, 1), false, true, false),
        ["images last"] = (() => zeros(4, 5, 3, 2).permute(3, 2, 0, 1), false, true, false),
        ["one channel"] = (() => zeros(2, 1, 4, 5), true, true, true),
        ["one place"] = (() => zeros(2, 3, 1, 1), true, true, true),
        ["one number"] = (() => zeros(1, 1, 1, 1), true, true, true),
        ["one image of many"] = (() => zeros(9, 4, 5, 3).permute(0, 3, 1, 2).narrow(0, 4, 1), false, true, true),
        ["some images of many"] = (() => zeros(9, 4, 5, 3).permute(0, 3, 1, 2).narrow(0, 4, 2), false, true, true),
        ["some channels"] = (() => zeros(2, 4, 5, 4).permute(0, 3, 1, 2).narrow(1, 1, 3), false, false, false),
        ["some rows"] = (() => zeros(2, 6, 5, 3).permute(0, 3, 1, 2).narrow(2, 1, 4), false, false, false),
        ["some columns"] = (() => zeros(2, 4, 6, 3).permute(0, 3, 1, 2).narrow(3, 1, 5), false, false, false),
        ["one image, some rows"] = (() => zeros(1, 6, 5, 3).permute(0, 3, 1, 2).narrow(2, 1, 4), false, true, true),
        ["every second"] = (() => zeros([2, 4, 5, 3, 2]).select(4, 0).permute(0, 3, 1, 2), false, false, false),
        ["expanded over images"] = (() => zeros(1, 4, 5, 3).expand(2, 4, 5, 3).permute(0, 3, 1, 2), false, false, false),
        ["expanded over places"] = (() => zeros(2, 1, 1, 3).expand(2, 4, 5, 3).permute(0, 3, 1, 2), false, false, false),
        ["expanded over all"] = (() => zeros(1).expand(2, 3, 4, 5), false, false, false),
    };

    public static TheoryData<string> Names => [.. Images.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Layouts_are_told_apart(string name)
    {
        using var scope = NewDisposeScope();
        var (make, taken, dense, channelsLast) = Images[name];
        var x = make();
        Assert.Equal((taken, dense, channelsLast),
            (Kernels.Take(x, ScalarType.Float32), Kernels.IsDense(x), VaeSharp.Numerics.Images.HaveLayout(x)));
    }

    [Fact]
    public void Numbers_of_another_type_and_none_are_not_taken()
    {
        using var scope = NewDisposeScope();
        Assert.False(Kernels.Take(zeros(3, dtype: float64), ScalarType.Float32));
        Assert.False(Kernels.Take(zeros(3, dtype: int32), ScalarType.Float32));
        Assert.False(Kernels.Take(zeros(0), ScalarType.Float32));
        Assert.False(Kernels.Take(zeros(3, 0), ScalarType.Float32));
        Assert.False(Kernels.Take(zeros(3, device: META), ScalarType.Float32));
        Assert.True(Kernels.Take(zeros([]), ScalarType.Float32));
        Assert.True(Kernels.Take(zeros(3, dtype: bfloat16), ScalarType.BFloat16));
    }

    /// <summary>The first element in memory is the first of a dense tensor, wherever its storage begins and whatever its order.</summary>
    [Theory, MemberData(nameof(Names))]
    public unsafe void The_address_is_that_of_the_first_number(string name)
    {
        using var scope = NewDisposeScope();
        var x = Images[name].Make();
        if (!Kernels.IsDense(x))
            return;
        x.copy_(arange(x.numel(), float32).view(x.shape) + 1);
        Assert.Equal(1, *(float*)Kernels.Address(x));
        *(float*)Kernels.Address(x) = -5;
        Assert.Equal(-5, x[0, 0, 0, 0].item<float>());
        var numbers = new Span<float>((void*)Kernels.Address(x), (int)x.numel()).ToArray();
        Assert.Equal(x.flatten().data<float>().ToArray().Order(), numbers.Order());
    }

    [Fact]
    public unsafe void The_address_of_halves_and_of_parameters_is_theirs()
    {
        using var scope = NewDisposeScope();
        var halves = ones(4, 3, dtype: bfloat16).narrow(0, 2, 2).t();
        halves[0, 0] = 2;
        Assert.Equal(0x4000, *(ushort*)Kernels.Address(halves));
        var parameter = ones(4, 3).t().requires_grad_();
        Assert.Equal(1, *(float*)Kernels.Address(parameter));
    }

    [Fact]
    public void A_window_is_a_part_of_each_image()
    {
        using var scope = NewDisposeScope();
        var x = arange(2 * 3 * 4 * 5, float32).view(2, 3, 4, 5);
        Assert.True(new Window(0, 0, 4, 5).IsAllOf(x));
        Window[] parts = [new(1, 0, 4, 5), new(0, 1, 4, 5), new(0, 0, 3, 5), new(0, 0, 4, 4)];
        Assert.All(parts, window => Assert.False(window.IsAllOf(x)));
        Check.Close(x[TensorIndex.Colon, TensorIndex.Colon, 1..3, 2..5], new Window(1, 2, 2, 3).Of(x), 0, 0);
    }
}
