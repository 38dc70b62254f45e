using System.Text.RegularExpressions;

namespace VaeSharp.Interop;

/// <summary>What an npy file says about its array.</summary>
/// <param name="DType">The elements' type, little-endian.</param>
/// <param name="BigEndian">Whether the file has the elements' bytes the other way round.</param>
/// <param name="Fortran">Whether the first index is the fastest.</param>
/// <param name="Shape">The sizes.</param>
internal sealed partial record NpyHeader(string DType, bool BigEndian, bool Fortran, long[] Shape)
{
    private const int MostDimensions = 32;

    public int ElementSize => NdArray.ElementSize(DType);

    /// <summary>Reads the header's text, a Python dictionary.</summary>
    public static NpyHeader Parse(string text, string name)
    {
        var (type, order, sizes) = (TypeForm().Match(text), OrderForm().Match(text), ShapeForm().Match(text));
        if (!type.Success || !order.Success || !sizes.Success)
            throw InputFile.Refuse(name, "has no npy header that can be read: it must give descr, fortran_order and shape");
        var (mark, kind) = (type.Groups[1].Value, type.Groups[2].Value);
        var dType = (kind.EndsWith('1') ? "|" : "<") + kind;
        if (NdArray.ElementSize(dType) == 0)
            throw InputFile.Refuse(name, $"holds elements of type '{mark}{kind}'; numbers and truth values can be read");
        return new NpyHeader(dType, mark == ">", order.Groups[1].Value == "True", Sizes(sizes.Groups[1].Value, name));
    }

    /// <summary>Puts the elements into the order of <see cref="NdArray"/>.</summary>
    public NdArray ToArray(byte[] data)
    {
        if (BigEndian)
            SwapBytes(data, ElementSize);
        return new NdArray(DType, Shape, Fortran && Shape.Length > 1 ? Transpose(data) : data);
    }

    /// <summary>Exchanges first and last byte of each element.</summary>
    public static void SwapBytes(Span<byte> data, int size)
    {
        for (var i = 0; size > 1 && i < data.Length; i += size)
            data.Slice(i, size).Reverse();
    }

    private byte[] Transpose(ReadOnlySpan<byte> data)
    {
        var result = new byte[data.Length];
        var index = new long[Shape.Length];
        for (var to = 0; to < data.Length; to += ElementSize)
        {
            var from = 0L;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
                from = from * Shape[axis] + index[axis];                             // first index fastest
            data.Slice((int)from * ElementSize, ElementSize).CopyTo(result.AsSpan(to));
            for (var axis = Shape.Length - 1; axis >= 0 && ++index[axis] == Shape[axis]; axis--)
                index[axis] = 0;
        }
        return result;
    }

    private static long[] Sizes(string text, string name)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > MostDimensions)
            throw InputFile.Refuse(name, $"declares {parts.Length} dimensions; {MostDimensions} are allowed");
        return Array.ConvertAll(parts, part => long.TryParse(part.TrimEnd('L'), out var size) && size >= 0 ? size
            : throw InputFile.Refuse(name, $"declares an impossible shape: ({(text.Length <= 80 ? text : text[..80] + "…")})"));
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([<>=|]?)(\w{1,16})'")]
    private static partial Regex TypeForm();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderForm();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^()]*)\)")]
    private static partial Regex ShapeForm();
}
