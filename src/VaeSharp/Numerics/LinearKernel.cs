namespace VaeSharp.Numerics;

/// <summary>
/// A fully connected layer: y = x Wᵀ + b, or max(x Wᵀ + b, 0). Single precision is multiplied here, bfloat16 by libtorch; what stands
/// around a product (bias, activation, their gradients, changes of precision) is one pass over memory.
/// </summary>
internal sealed unsafe class LinearKernel : GuardedFunction<LinearKernel>
{
    // Rows whose gradients are added up together; the parts are added in one order, whatever the number of threads.
    private const int RowsOfPart = 16;

    // A layer with fewer weights or for fewer rows costs less than a function of our own costs beside its work; thin ones with more weights
    // take as long in libtorch.
    private const int FewestWeights = 1024;
    private const int MostOfThin = 8192;
    private const int FewestOfOthers = 16_384;
    private const int FewestRows = 8;

    /// <inheritdoc/>
    public override string Name => nameof(LinearKernel);

    /// <summary>
    /// y [N, O] for x [N, I], W [O, I] and b [O]; null where the kernel cannot run. The product has W's precision, and so has y behind an
    /// activation; else y is in single precision.
    /// </summary>
    public static Tensor? Apply(Tensor x, Tensor weight, Tensor bias, bool relu)
    {
        var usable = Kernels.AreUsable && x.dim() == 2 && Kernels.Take(x) && Kernels.Take(weight) && Kernels.Take(bias, ScalarType.Float32)
            && x.size(1) == weight.size(1) && bias.numel() == weight.size(0);
        return usable ? apply(x, weight, bias, new How(relu, x.requires_grad, weight.requires_grad)) : null;
    }

    /// <summary>Whether a layer has few inputs or outputs.</summary>
    public static bool IsThin(Tensor weight) => Math.Min(weight.size(0), weight.size(1)) <= ThinProducts.MostRows;

    /// <summary>Whether the kernel is faster than libtorch's operations.</summary>
    public static bool Pays(Tensor x, Tensor weight) =>
        weight.dtype == ScalarType.BFloat16
        || (IsThin(weight) ? weight.numel() is >= FewestWeights and <= MostOfThin
            : Products.AreFast && weight.numel() >= FewestOfOthers && x.size(0) >= FewestRows);

    /// <summary>The same in libtorch's operations.</summary>
    public static Tensor Plain(Tensor x, Tensor weight, Tensor bias, bool relu)
    {
        var y = nn.functional.linear(x.As(weight.dtype), weight, bias.As(weight.dtype));
        return relu ? nn.functional.relu(y) : y.dtype == ScalarType.BFloat16 ? y.to_type(ScalarType.Float32) : y;
    }

    /// <inheritdoc/>
    protected override Tensor Evaluate(autograd.AutogradContext ctx, object[] vars)
    {
        var (x, weight, bias, relu) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], ((How)vars[3]).Relu);
        var (reduced, thin) = (weight.dtype == ScalarType.BFloat16, IsThin(weight));
        var a = reduced ? Casts.Narrow(x) : thin ? x : Casts.Widen(x);
        var y = reduced ? Reduced(a, weight, bias, relu) : thin ? Thin(a, weight, bias, relu)
            : Products.Multiply(a, weight.t(), bias, relu);
        ctx.save_data(nameof(How), vars[3]);
        ctx.save_for_backward([x, weight, y, a]);
        return y;
    }

    /// <inheritdoc/>
    protected override List<Tensor> Differentiate(autograd.AutogradContext ctx, Tensor gradient)
    {
        var ((relu, needsX, needsWeight), saved) = ((How)ctx.get_data(nameof(How)), ctx.get_saved_variables());
        var (x, weight, y, a) = (saved[0], saved[1], saved[2], saved[3]);
        if (is_grad_enabled() || gradient.dtype != y.dtype)
            return PlainGradients(gradient, x, weight, y, relu);
        var dy = gradient.contiguous();
        var du = weight.dtype == y.dtype && !relu ? dy : empty_like(y, weight.dtype);
        using var sums = weight.dtype == ScalarType.Float32 ? Backward<Float32, Float32>(dy, y, du, relu)
            : relu ? Backward<BFloat16, BFloat16>(dy, y, du, relu)
            : Backward<Float32, BFloat16>(dy, y, du, relu);
        var (dx, dw) = weight.dtype == ScalarType.BFloat16 ? (needsX ? du.mm(weight) : null, needsWeight ? du.t().mm(a) : null)
            : IsThin(weight) ? ThinGradients(du, a, weight, needsX, needsWeight)
            : (needsX ? Products.Multiply(du, weight) : null, needsWeight ? Products.Multiply(du.t(), a) : null);
        dx = dx is null ? null! : x.dtype == ScalarType.Float32 ? Casts.Widen(dx) : Casts.Narrow(dx);
        return [dx, dw!, Parts.Sum(sums, empty(y.size(1), dtype: float32)), null!];
    }

    private static Tensor Reduced(Tensor a, Tensor weight, Tensor bias, bool relu)
    {
        var product = a.mm(weight.t());
        if (relu)
            return Forward<BFloat16, BFloat16>(product, bias, product, relu);
        return Forward<BFloat16, Float32>(product, bias, empty_like(product, float32), relu);
    }

    private static Tensor Thin(Tensor a, Tensor weight, Tensor bias, bool relu)
    {
        var product = weight.size(0) <= ThinProducts.MostRows ? ThinProducts.Dot(a, weight)
            : ThinProducts.Spread(Casts.Widen(a), weight.t().contiguous());
        return Forward<Float32, Float32>(product, bias, product, relu);
    }

    private static (Tensor? X, Tensor? Weight) ThinGradients(Tensor du, Tensor a, Tensor weight, bool needsX, bool needsWeight)
    {
        if (weight.size(0) <= ThinProducts.MostRows)
            return (needsX ? ThinProducts.Spread(du, weight) : null, needsWeight ? ThinProducts.Outer(du, a) : null);
        return (needsX ? ThinProducts.Dot(du, weight.t().contiguous()) : null,
            needsWeight ? ThinProducts.Outer(Casts.Widen(a), du).t() : null);
    }

    private static List<Tensor> PlainGradients(Tensor dy, Tensor x, Tensor weight, Tensor y, bool relu)
    {
        var du = (relu ? dy.masked_fill(y <= 0, 0) : dy).to_type(float32);                         // where y is NaN, dy stays
        return
        [
            du.mm(weight.to_type(float32)).to_type(x.dtype), du.t().mm(x.to_type(float32)).to_type(weight.dtype), du.sum([0L]), null!,
        ];
    }

    private static Tensor Forward<TProduct, TResult>(Tensor product, Tensor bias, Tensor y, bool relu)
        where TProduct : IFormat
        where TResult : IFormat
    {
        var work = (U: Kernels.Address(product), Bias: Kernels.Address(bias), Y: Kernels.Address(y), Width: (int)y.size(1), Relu: relu);
        Rows.Run((int)y.size(0), work.Width, work, static (work, row) =>
        {
            var at = (long)row * work.Width;
            var (u, result) = (work.U + (nint)at * TProduct.Size, work.Y + (nint)at * TResult.Size);
            BiasRows.Add<TProduct, TResult>((byte*)u, (float*)work.Bias, (byte*)result, work.Width, work.Relu);
        });
        GC.KeepAlive(product);
        GC.KeepAlive(bias);
        return y;
    }

    /// <returns>The gradient of the bias in parts that are still to be added: [parts, O].</returns>
    private static Tensor Backward<TResult, TProduct>(Tensor dy, Tensor y, Tensor du, bool relu)
        where TResult : IFormat
        where TProduct : IFormat
    {
        var (rows, width) = ((int)y.size(0), (int)y.size(1));
        var parts = (rows + RowsOfPart - 1) / RowsOfPart;
        var sums = zeros(parts, width, dtype: float32);
        var work = new Work(Kernels.Address(dy), Kernels.Address(y), Kernels.Address(du), Kernels.Address(sums), rows, width, relu);
        Rows.Run(parts, RowsOfPart * width, work, static (work, part) =>
        {
            var (first, width) = (part * RowsOfPart, work.Width);
            var at = (long)first * width;
            BiasRows.Gradient<TResult, TProduct>((byte*)work.Dy + at * TResult.Size, (byte*)work.Y + at * TResult.Size,
                (byte*)work.Du + at * TProduct.Size, (float*)work.Sums + (long)part * width, Math.Min(RowsOfPart, work.Rows - first), width,
                work.Relu);
        });
        GC.KeepAlive(dy);
        GC.KeepAlive(y);
        GC.KeepAlive(du);
        return sums;
    }

    private sealed record How(bool Relu, bool NeedsX, bool NeedsWeight);

    private readonly record struct Work(nint Dy, nint Y, nint Du, nint Sums, int Rows, int Width, bool Relu);
}
