using System.Buffers.Binary;
using VaeSharp.Data;
using VaeSharp.Interop;

namespace VaeSharp.Benchmarks;

/// <summary>Pictures of digits in MNIST's file format, which workers in all languages read.</summary>
internal static class MnistFolder
{
    private static readonly string[] Files =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>
    /// MNIST's folder, where <c>VAESHARP_DATA</c> leads to one; null where it does not.
    /// </summary>
    /// <exception cref="IOException">Some of the four files are there, and others are not.</exception>
    public static string? Real()
    {
        if (Environment.GetEnvironmentVariable("VAESHARP_DATA") is not { Length: > 0 } root)
            return null;
        var folder = Path.GetFullPath(Path.Combine(root, "mnist"));
        var missing = Files.Where(name => !File.Exists(Find(folder, name))).ToList();
        if (missing.Count is > 0 and < 4)
            throw new IOException($"'{folder}' holds a part of MNIST: there is no {string.Join(", ", missing)}, with or without .gz.");
        return missing.Count == 0 ? folder : null;
    }

    /// <summary>Writes the library's generated digits, and gives their folder.</summary>
    public static string Generated(string folder)
    {
        var digits = new DigitsSpec().Load(new DataContext());
        Write(digits.Train, folder, "train");
        Write(digits.Test!, folder, "t10k");
        return folder;
    }

    /// <summary>Reads a folder.</summary>
    public static DataSplits Read(string folder) => new(Read(folder, "train"), Read(folder, "t10k"));

    private static Dataset Read(string folder, string part)
    {
        var (images, labels) = (Idx.Read(Find(folder, $"{part}-images-idx3-ubyte")), Idx.Read(Find(folder, $"{part}-labels-idx1-ubyte")));
        return Dataset.From(images.Data, [1, images.Shape[1], images.Shape[2]], labels.ToInts());
    }

    private static string Find(string folder, string name) =>
        Path.Combine(folder, name) is var path && File.Exists(path) ? path : $"{path}.gz";

    private static void Write(Dataset data, string folder, string part)
    {
        var values = new float[data.Spec.Size];
        using var images = File.Create(Path.Combine(folder, $"{part}-images-idx3-ubyte"));
        using var labels = File.Create(Path.Combine(folder, $"{part}-labels-idx1-ubyte"));
        Header(images, data.Count, 28, 28);
        Header(labels, data.Count);
        for (var i = 0; i < data.Count; i++)
        {
            data.CopyTo([i], values.AsSpan());
            images.Write(Array.ConvertAll(values, value => (byte)MathF.Round(value * 255)));
            labels.WriteByte((byte)data.Label(i));
        }
    }

    // Big-endian: 0, 0, the type (8: unsigned bytes), the number of dimensions, their sizes.
    private static void Header(Stream stream, params int[] sizes)
    {
        stream.Write([0, 0, 8, (byte)sizes.Length]);
        var size = new byte[4];
        foreach (var each in sizes)
        {
            BinaryPrimitives.WriteInt32BigEndian(size, each);
            stream.Write(size);
        }
    }
}
