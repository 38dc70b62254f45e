namespace VaeSharp.Data;

/// <summary>Handwritten digits: 60,000 + 10,000 grey pictures of 28 × 28, ten classes.</summary>
[Part("mnist", Paper = "LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition")]
public sealed record MnistSpec : IdxDatasetSpec
{
    private static readonly RemoteFile[] Remote =
    [
        new("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        new("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        new("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        new("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ];

    private static readonly string[] Sites =
    [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://d2hg8soec8ck9v.cloudfront.net/datasets/mnist/",
        "https://github.com/pyro-ppl/datasets/blob/master/mnist/{0}?raw=true",
        "http://yann.lecun.com/exdb/mnist/",
    ];

    /// <inheritdoc/>
    protected override string Name => "mnist";

    /// <inheritdoc/>
    protected override IReadOnlyList<RemoteFile> Files => Remote;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Mirrors => Sites;
}
