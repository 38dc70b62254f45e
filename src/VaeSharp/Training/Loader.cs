using System.Runtime.InteropServices;
using VaeSharp.Data;

namespace VaeSharp.Training;

/// <summary>Makes minibatches of a data set. Bytes become numbers here, a batch at a time.</summary>
/// <param name="data">The examples.</param>
/// <param name="seed">Seed of what is drawn anew for each epoch.</param>
/// <param name="device">Where batches go.</param>
internal sealed class Loader(Dataset data, long seed, Device device)
{
    private readonly int size = checked((int)data.Spec.Size);

    /// <summary>The examples.</summary>
    public Dataset Data => data;

    /// <summary>The minibatch of some examples.</summary>
    public Batch Load(ReadOnlySpan<int> indices, long epoch)
    {
        var x = (data.IsBytes && !data.DrawsBinary ? LoadBytes(indices) : LoadNumbers(indices, epoch)).to(device);
        if (!data.HasLabels)
            return new Batch(x);
        var labels = new long[indices.Length];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = data.Label(indices[i]);
        return new Batch(x, tensor(labels, device: device));
    }

    private Tensor LoadBytes(ReadOnlySpan<int> indices)
    {
        var bytes = empty([indices.Length, .. data.Spec.Shape], uint8);
        data.CopyTo(indices, bytes.bytes);
        var scale = (data.Spec.High - data.Spec.Low) / 255;
        var x = bytes.to_type(float32).mul_(scale);
        return data.Spec.Low == 0 ? x : x.add_(data.Spec.Low);
    }

    private Tensor LoadNumbers(ReadOnlySpan<int> indices, long epoch)
    {
        var x = empty([indices.Length, .. data.Spec.Shape], float32);
        var values = MemoryMarshal.Cast<byte, float>(x.bytes);
        data.CopyTo(indices, values);
        for (var i = 0; data.DrawsBinary && i < indices.Length; i++)
            Binarisation.Draw(values.Slice(i * size, size), seed, epoch, data.Row(indices[i]));
        return x;
    }
}
