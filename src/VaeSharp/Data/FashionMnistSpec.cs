namespace VaeSharp.Data;

/// <summary>Clothes: 60,000 + 10,000 grey pictures of 28 × 28, ten classes.</summary>
[Part("fashion-mnist", Paper = "Xiao, Rasul and Vollgraf 2017, Fashion-MNIST: a novel image dataset for benchmarking, arXiv:1708.07747")]
public sealed record FashionMnistSpec : IdxDatasetSpec
{
    private static readonly RemoteFile[] Remote =
    [
        new("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        new("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        new("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        new("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ];

    private static readonly string[] Sites =
    [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ];

    private static readonly string[] Classes =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <inheritdoc/>
    protected override string Name => "fashion-mnist";

    /// <inheritdoc/>
    protected override IReadOnlyList<RemoteFile> Files => Remote;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Mirrors => Sites;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ClassNames => Classes;
}
