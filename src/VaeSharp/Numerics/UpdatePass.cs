using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>What one pass over parameters does to some elements of one of them.</summary>
internal unsafe interface IUpdate
{
    /// <summary>Moves elements, a multiple of sixteen.</summary>
    /// <param name="tensor">Which parameter they belong to.</param>
    /// <param name="p">The parameter.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="a">The first list of state.</param>
    /// <param name="b">The second list of state; null where there is none.</param>
    /// <param name="copy">The parameter's copy in bfloat16; null where there is none.</param>
    /// <param name="count">Number of elements.</param>
    void Apply<TGradient>(int tensor, float* p, byte* g, float* a, float* b, byte* copy, int count)
        where TGradient : IFormat;
}

/// <summary>One pass over the elements of all parameters, their gradients and what an optimiser keeps beside them.</summary>
internal sealed unsafe class UpdatePass
{
    private const int PieceSize = 8192;
    private readonly Tensor[] parameters;
    private readonly (Tensor[] First, Tensor[] Second) state;                                      // held, so that what is below stays
    private readonly nint[] first;
    private readonly nint[] second;
    private readonly nint[] values;
    private readonly (int Tensor, int From, int Count)[] pieces;

    private UpdatePass(Tensor[] parameters, Tensor[] first, Tensor[] second)
    {
        this.parameters = parameters;
        state = (first, second);
        values = Array.ConvertAll(parameters, Kernels.Address);
        this.first = Array.ConvertAll(first, Kernels.Address);
        this.second = Array.ConvertAll(second, Kernels.Address);
        pieces = Pieces(parameters);
    }

    /// <summary>
    /// The pass over parameters and one or two lists of state, all of which stay where they are; null where it cannot run.
    /// </summary>
    public static UpdatePass? Over(Tensor[] parameters, Tensor[] first, Tensor[] second)
    {
        var usable = Kernels.AreUsable
            && parameters.All(parameter => parameter.dtype == ScalarType.Float32 && CanBeRead(parameter))
            && parameters.Zip(first).All(pair => LieAlike(pair.First, pair.Second, ScalarType.Float32))
            && (second.Length == 0 || parameters.Zip(second).All(pair => LieAlike(pair.First, pair.Second, ScalarType.Float32)));
        return usable ? new UpdatePass(parameters, first, second) : null;
    }

    /// <summary>Runs the pass.</summary>
    /// <param name="gradients">A gradient for each parameter, of its shape; null where it stays.</param>
    /// <param name="copies">A copy of each parameter in bfloat16, which follows it, or null; or nothing.</param>
    /// <param name="update">What is done.</param>
    public void Run<TUpdate>(IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> copies, TUpdate update)
        where TUpdate : IUpdate
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var held = new Tensor?[parameters.Length];
        var (sources, narrow, targets) = (new nint[parameters.Length], new bool[parameters.Length], new nint[parameters.Length]);
        for (var i = 0; i < sources.Length; i++)
        {
            if (gradients[i] is not { } gradient)
                continue;
            gradient = held[i] = InLayoutOf(parameters[i], gradient);
            (sources[i], narrow[i]) = (Kernels.Address(gradient), gradient.dtype == ScalarType.BFloat16);
            targets[i] = copies.Count > 0 && copies[i] is { } copy && LieAlike(parameters[i], copy, ScalarType.BFloat16)
                ? Kernels.Address(copy) : 0;
        }
        Workers.Run(pieces.Length, piece =>
        {
            var (tensor, from, count) = pieces[piece];
            if (sources[tensor] == 0)
                return;
            var p = (float*)values[tensor] + from;
            var a = (float*)first[tensor] + from;
            var b = second.Length == 0 ? null : (float*)second[tensor] + from;
            var copy = targets[tensor] == 0 ? null : (byte*)targets[tensor] + (long)from * BFloat16.Size;
            if (narrow[tensor])
                Apply<TUpdate, BFloat16>(update, tensor, p, (byte*)sources[tensor] + (long)from * BFloat16.Size, a, b, copy, count);
            else
                Apply<TUpdate, Float32>(update, tensor, p, (byte*)sources[tensor] + (long)from * Float32.Size, a, b, copy, count);
        });
        GC.KeepAlive(held);
        GC.KeepAlive(copies);
        GC.KeepAlive(state);
        for (var i = 0; i < sources.Length && copies.Count > 0; i++)
        {
            if (sources[i] != 0 && targets[i] == 0)
                copies[i]?.copy_(parameters[i]);
        }
    }

    // What is left behind whole vectors goes through a vector of its own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TUpdate, TGradient>(TUpdate update, int tensor, float* p, byte* g, float* a, float* b, byte* copy, int count)
        where TUpdate : IUpdate
        where TGradient : IFormat
    {
        var whole = count & ~15;
        if (whole > 0)
            update.Apply<TGradient>(tensor, p, g, a, b, copy, whole);
        if (whole == count)
            return;
        var rest = stackalloc float[64];
        var left = count - whole;
        Float32.Store(Vectors.LoadFirst(p + whole, left), (byte*)rest);
        Float32.Store(TGradient.Load(g + (long)whole * TGradient.Size, left), (byte*)(rest + 16));
        Float32.Store(Vectors.LoadFirst(a + whole, left), (byte*)(rest + 32));
        if (b is not null)
            Float32.Store(Vectors.LoadFirst(b + whole, left), (byte*)(rest + 48));
        update.Apply<Float32>(tensor, rest, (byte*)(rest + 16), rest + 32, b is null ? null : rest + 48, copy: null, 16);
        Vectors.StoreFirst(Vector512.Load(rest), p + whole, left);
        Vectors.StoreFirst(Vector512.Load(rest + 32), a + whole, left);
        if (b is not null)
            Vectors.StoreFirst(Vector512.Load(rest + 48), b + whole, left);
        if (copy is not null)
            BFloat16.Store(Vector512.Load(rest), copy + (long)whole * BFloat16.Size, left);
    }

    /// <summary>The sum of the squares of all elements; null where the pass cannot run.</summary>
    public static double? SumOfSquares(Tensor[] tensors)
    {
        if (!Kernels.AreUsable || !Array.TrueForAll(tensors, CanBeRead))
            return null;
        var (addresses, pieces) = (Array.ConvertAll(tensors, Kernels.Address), Pieces(tensors));
        var narrow = Array.ConvertAll(tensors, tensor => tensor.dtype == ScalarType.BFloat16);
        var sums = new double[pieces.Length];
        Workers.Run(pieces.Length, piece =>
        {
            var (tensor, from, count) = pieces[piece];
            sums[piece] = narrow[tensor]
                ? SumOfSquares<BFloat16>((byte*)addresses[tensor] + (long)from * BFloat16.Size, count)
                : SumOfSquares<Float32>((byte*)addresses[tensor] + (long)from * Float32.Size, count);
        });
        GC.KeepAlive(tensors);
        return sums.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares<T>(byte* source, int count)
        where T : IFormat
    {
        var (one, other, i) = (Vector512<float>.Zero, Vector512<float>.Zero, 0);
        for (; i + 32 <= count; i += 32)
        {
            var (x, y) = (T.Load(source + i * T.Size), T.Load(source + (i + 16) * T.Size));
            (one, other) = (Vector512.FusedMultiplyAdd(x, x, one), Vector512.FusedMultiplyAdd(y, y, other));
        }
        for (; i < count; i += 16)
        {
            var x = T.Load(source + i * T.Size, count - i);
            one = Vector512.FusedMultiplyAdd(x, x, one);
        }
        var sum = Vector512.Sum(one + other);
        return float.IsPositiveInfinity(sum) ? SumOfSquaresInDouble<T>(source, count) : sum;
    }

    // Squares of what is above 1.8e19 are infinite in single precision, though the numbers are not.
    private static double SumOfSquaresInDouble<T>(byte* source, int count)
        where T : IFormat
    {
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < count; i += 16)
        {
            var (lower, upper) = Vector512.Widen(T.Load(source + i * T.Size, count - i));
            sum += lower * lower + upper * upper;
        }
        return Vector512.Sum(sum);
    }

    private static (int, int, int)[] Pieces(Tensor[] tensors)
    {
        var sizes = Array.ConvertAll(tensors, tensor => (int)tensor.numel());
        var (pieces, next) = (new (int, int, int)[sizes.Sum(size => (size + PieceSize - 1) / PieceSize)], 0);
        for (var tensor = 0; tensor < sizes.Length; tensor++)
        {
            for (var from = 0; from < sizes[tensor]; from += PieceSize)
                pieces[next++] = (tensor, from, Math.Min(PieceSize, sizes[tensor] - from));
        }
        return pieces;
    }

    private static bool CanBeRead(Tensor x) =>
        x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && x.device_type == DeviceType.CPU
        && x.numel() is > 0 and < int.MaxValue / 4 && Kernels.IsDense(x);

    private static bool LieAlike(Tensor one, Tensor other) =>
        CanBeRead(other) && one.numel() == other.numel() && Kernels.HaveOneLayout(one, other);

    private static bool LieAlike(Tensor one, Tensor other, ScalarType type) => other.dtype == type && LieAlike(one, other);

    // libtorch makes gradients in the layout of their parameters; others may come from elsewhere.
    private static Tensor InLayoutOf(Tensor parameter, Tensor gradient) =>
        LieAlike(parameter, gradient) ? gradient : empty_like(parameter).copy_(gradient);
}
