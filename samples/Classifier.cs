using VaeSharp.Data;
using static TorchSharp.torch;

namespace VaeSharp.Samples;

/// <summary>A small convolutional network that tells the class of an image, in plain TorchSharp.</summary>
public sealed class Classifier : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly long[] shape;

    /// <summary>Makes one that has learned nothing yet, with the same weights each time.</summary>
    /// <param name="images">What one image is, and the classes that there are.</param>
    public Classifier(DataSpec images)
    {
        shape = [.. images.Shape];                                                               // [C, H, W]
        random.manual_seed(0);
        network = nn.Sequential(
            nn.Conv2d(shape[0], 32, 3, stride: 2, padding: 1), nn.ReLU(),                        // [B, 32, ⌈H/2⌉, ⌈W/2⌉]
            nn.Conv2d(32, 64, 3, stride: 2, padding: 1), nn.ReLU(),                              // [B, 64, ⌈H/4⌉, ⌈W/4⌉]
            nn.Flatten(),
            nn.Linear(64 * ((shape[1] + 3) / 4) * ((shape[2] + 3) / 4), 128), nn.ReLU(),
            nn.Linear(128, images.Classes));                                                     // [B, K]
    }

    /// <summary>Learns the labels of images.</summary>
    /// <param name="data">Images with labels.</param>
    /// <param name="epochs">Number of passes over them.</param>
    /// <param name="progress">Told what share of all is done.</param>
    public void Train(Dataset data, int epochs, Action<double> progress)
    {
        using var adam = optim.Adam(network.parameters(), lr: 1e-3);
        var (shuffle, order) = (new Random(0), Enumerable.Range(0, data.Count).ToArray());
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            shuffle.Shuffle(order);
            for (var from = 0; from < order.Length; from += 128)
            {
                using var scope = NewDisposeScope();
                var batch = order[from..Math.Min(from + 128, order.Length)];
                var labels = tensor(Array.ConvertAll(batch, i => (long)data.Label(i)));          // [B]
                adam.zero_grad();
                nn.functional.cross_entropy(network.call(Images(Values(data, batch))), labels).backward();
                adam.step();
                progress((epoch + (double)from / order.Length) / epochs);
            }
        }
    }

    /// <summary>The likeliest class of each image: [N].</summary>
    /// <param name="images">Images, one behind the other: [N, C, H, W].</param>
    public long[] Recognise(float[] images)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return network.call(Images(images)).argmax(1).data<long>().ToArray();
    }

    /// <summary>The share of a data set's images that it is right on.</summary>
    public double Accuracy(Dataset data) => Enumerable.Range(0, data.Count).Chunk(500)
        .SelectMany(batch => Recognise(Values(data, batch)).Zip(batch, (found, i) => found == data.Label(i) ? 1.0 : 0.0)).Average();

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private Tensor Images(float[] values) => tensor(values).reshape([-1, .. shape]);

    private static float[] Values(Dataset data, int[] batch)
    {
        var values = new float[batch.Length * data.Spec.Size];
        data.CopyTo(batch, values.AsSpan());
        return values;
    }
}
