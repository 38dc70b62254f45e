namespace VaeSharp.Data;

/// <summary>Japanese characters in old cursive writing: 60,000 + 10,000 grey pictures of 28 × 28, ten classes.</summary>
[Part("kmnist", Paper = "Clanuwat et al. 2018, Deep learning for classical Japanese literature, arXiv:1812.01718")]
public sealed record KmnistSpec : IdxDatasetSpec
{
    private static readonly RemoteFile[] Remote =
    [
        new("train-images-idx3-ubyte.gz", 18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        new("train-labels-idx1-ubyte.gz", 29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        new("t10k-images-idx3-ubyte.gz", 3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        new("t10k-labels-idx1-ubyte.gz", 5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ];

    private static readonly string[] Sites = ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"];

    private static readonly string[] Classes = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"];

    /// <inheritdoc/>
    protected override string Name => "kmnist";

    /// <inheritdoc/>
    protected override IReadOnlyList<RemoteFile> Files => Remote;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Mirrors => Sites;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ClassNames => Classes;
}
