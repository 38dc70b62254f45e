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
        var x = LoadValues(indices, epoch).to(device);
        return new Batch(x, data.HasLabels ? LoadLabels(indices).to(device) : null);
    }

    private Tensor LoadValues(ReadOnlySpan<int> indices, long epoch)
    {
        var x = empty([indices.Length, .. data.Spec.Shape], float32);
        var values = MemoryMarshal.Cast<byte, float>(x.bytes);
        data.CopyTo(indices, values);
        for (var i = 0; data.DrawsBinary && i < indices.Length; i++)
            Binarisation.Draw(values.Slice(i * size, size), seed, epoch, data.Row(indices[i]));
        return x;
    }

    private Tensor LoadLabels(ReadOnlySpan<int> indices)
    {
        var labels = empty([indices.Length], int64);
        var numbers = MemoryMarshal.Cast<byte, long>(labels.bytes);
        for (var i = 0; i < indices.Length; i++)
            numbers[i] = data.Label(indices[i]);
        return labels;
    }
}
