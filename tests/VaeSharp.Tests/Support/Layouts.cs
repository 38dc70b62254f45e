namespace VaeSharp.Tests.Support;

/// <summary>The ways in which the numbers of a tensor may lie in memory.</summary>
internal static class Layouts
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> All = new()
    {
        ["contiguous"] = x => x.contiguous(),
        ["transposed"] = x => x.transpose(0, -1).contiguous().transpose(0, -1),
        ["channels last"] = x => x.dim() == 4 ? ChannelsLast(x) : x.contiguous(),
        ["narrowed"] = x => cat([x + 7, x, x - 7], -1).narrow(-1, x.size(-1), x.size(-1)),
        ["every second"] = x => stack([x, x + 7], -1).select(-1, 0),
        ["behind others"] = x => cat([ones(3, dtype: x.dtype), x.flatten()]).narrow(0, 3, x.numel()).view(x.shape),
        ["expanded first"] = x => x.narrow(0, 0, 1).contiguous().expand(x.shape),
        ["expanded last"] = x => x.narrow(-1, 0, 1).contiguous().expand(x.shape),
    };

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The numbers in another layout; those of an expanded tensor are repeated, so that they are others.</summary>
    public static Tensor Of(string name, Tensor x) => All[name](x.detach());

    /// <summary>Images [N, C, H, W] with the channels of each place side by side.</summary>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
