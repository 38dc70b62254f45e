using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

/// <summary>Examples that a test gives, with the transforms of any source.</summary>
internal sealed record GivenSpec(DataSplits Given) : DatasetSpec
{
    protected override DataSplits Read(DataContext context) => Given;

    public Dataset Train(long seed = 0) => Load(new DataContext { Seed = seed }).Train;

    public static GivenSpec Of(byte[] images, params long[] shape) => new(new DataSplits(Dataset.From(images, shape)));

    public static byte[] Bytes(Dataset data)
    {
        var bytes = new byte[data.Count * data.Spec.Size];
        data.CopyTo([.. Enumerable.Range(0, data.Count)], bytes);
        return bytes;
    }

    public static float[] Floats(Dataset data)
    {
        var floats = new float[data.Count * data.Spec.Size];
        data.CopyTo([.. Enumerable.Range(0, data.Count)], floats);
        return floats;
    }
}
