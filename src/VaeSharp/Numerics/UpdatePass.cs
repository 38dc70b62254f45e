using System.Runtime.Intrinsics;
using VaeSharp.Native;

namespace VaeSharp.Numerics;

/// <summary>What one pass over parameters does to some elements of one of them.</summary>
internal unsafe interface IUpdate
{
    /// <summary>Moves elements.</summary>
    /// <param name="tensor">Which parameter they belong to.</param>
    /// <param name="p">The parameter.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="a">The first list of state.</param>
    /// <param name="b">The second list of state; null where there is none.</param>
    /// <param name="count">Number of elements.</param>
    void Apply(int tensor, float* p, float* g, float* a, float* b, int count);
}

/// <summary>One pass over the elements of all parameters, their gradients and what an optimiser keeps beside them.</summary>
internal sealed unsafe class UpdatePass
{
    private const int PieceSize = 8192;
    private readonly Tensor[] parameters;
    private readonly nint[] first;
    private readonly nint[] second;
    private readonly nint[] values;
    private readonly (int Tensor, int From, int Count)[] pieces;

    private UpdatePass(Tensor[] parameters, Tensor[] first, Tensor[] second)
    {
        this.parameters = parameters;
        values = Array.ConvertAll(parameters, Kernels.Address);
        this.first = Array.ConvertAll(first, Kernels.Address);
        this.second = Array.ConvertAll(second, Kernels.Address);
        pieces = Pieces(parameters);
    }

    /// <summary>The pass over parameters and one or two lists of state, all of which stay where they are; null where it cannot run.</summary>
    public static UpdatePass? Over(Tensor[] parameters, Tensor[] first, Tensor[] second)
    {
        var usable = Kernels.AreUsable && parameters.Zip(first).All(pair => IsDense(pair.First) && HaveOneLayout(pair.First, pair.Second))
            && (second.Length == 0 || parameters.Zip(second).All(pair => HaveOneLayout(pair.First, pair.Second)));
        return usable ? new UpdatePass(parameters, first, second) : null;
    }

    /// <summary>Runs the pass.</summary>
    /// <param name="gradients">A gradient for each parameter; null where it stays.</param>
    /// <param name="update">What is done.</param>
    public void Run<TUpdate>(IReadOnlyList<Tensor?> gradients, TUpdate update)
        where TUpdate : IUpdate
    {
        using var scope = NewDisposeScope();
        var sources = new nint[parameters.Length];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = gradients[i] is { } gradient ? Kernels.Address(InLayoutOf(parameters[i], gradient)) : 0;
        Workers.Run(pieces.Length, piece =>
        {
            var (tensor, from, count) = pieces[piece];
            if (sources[tensor] != 0)
                update.Apply(tensor, (float*)values[tensor] + from, (float*)sources[tensor] + from, (float*)first[tensor] + from,
                    second.Length == 0 ? null : (float*)second[tensor] + from, count);
        });
    }

    /// <summary>The sum of the squares of all elements; null where the pass cannot run.</summary>
    public static double? SumOfSquares(Tensor[] tensors)
    {
        if (!Kernels.AreUsable || !Array.TrueForAll(tensors, IsDense))
            return null;
        var (addresses, pieces) = (Array.ConvertAll(tensors, Kernels.Address), Pieces(tensors));
        var sums = new double[pieces.Length];
        Workers.Run(pieces.Length, piece =>
        {
            var (tensor, from, count) = pieces[piece];
            var source = (float*)addresses[tensor] + from;
            var (one, other) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var i = 0; i < count; i += 32)
            {
                var (x, y) = (Vectors.LoadFirst(source + i, count - i), Vectors.LoadFirst(source + i + 16, count - i - 16));
                (one, other) = (Vector512.FusedMultiplyAdd(x, x, one), Vector512.FusedMultiplyAdd(y, y, other));
            }
            sums[piece] = Vector512.Sum(one + other);
        });
        return sums.Sum();
    }

    private static (int, int, int)[] Pieces(Tensor[] tensors)
    {
        var pieces = new List<(int, int, int)>();
        for (var tensor = 0; tensor < tensors.Length; tensor++)
        {
            var size = (int)tensors[tensor].numel();
            for (var from = 0; from < size; from += PieceSize)
                pieces.Add((tensor, from, Math.Min(PieceSize, size - from)));
        }
        return [.. pieces];
    }

    private static bool IsDense(Tensor x) =>
        x.dtype == ScalarType.Float32 && x.device_type == DeviceType.CPU && x.numel() is > 0 and < int.MaxValue / 4 && Kernels.IsDense(x);

    private static bool HaveOneLayout(Tensor one, Tensor other) => IsDense(other) && Kernels.HaveOneLayout(one, other);

    // libtorch makes gradients in the layout of their parameters; others may come from elsewhere.
    private static Tensor InLayoutOf(Tensor parameter, Tensor gradient) =>
        HaveOneLayout(parameter, gradient) ? gradient : empty_like(parameter).copy_(gradient);
}
