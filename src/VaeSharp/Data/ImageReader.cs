namespace VaeSharp.Data;

/// <summary>Reads listed pictures into a data set, each made grey and resized on its way, so that only what is kept takes memory.</summary>
internal sealed class ImageReader(IImageDecoder decoder, DataContext context)
{
    private const long MostPixels = 1L << 26;                                        // 8192 × 8192

    private (DecodedImage Image, string Path)? first;

    /// <summary>Height and width; 0 keeps those of the file.</summary>
    public int Resize { get; init; }

    /// <summary>Whether colour becomes grey.</summary>
    public bool Grey { get; init; }

    /// <summary>Reads one list. All pictures, also of lists read before, must agree in size and channels.</summary>
    /// <exception cref="InvalidDataException">A picture is corrupt, too large, or differs from the first.</exception>
    public Dataset Read(ImageList list, string name)
    {
        byte[] pixels = [];
        var size = 0;
        for (var i = 0; i < list.Files.Count; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var path = list.Files[i].Path;
            var image = Checked(Prepare(Decode(path)), path);
            if (i == 0)
            {
                size = image.Pixels.Length;
                pixels = new byte[Total(list.Files.Count, image)];
            }
            image.Pixels.CopyTo(pixels, (long)i * size);
            context.Progress?.Invoke(new DataProgress("reading pictures", i + 1, list.Files.Count, "images"));
        }
        var shape = first!.Value.Image;
        int[] labels = list.Classes.Count > 0 ? [.. list.Files.Select(file => file.Class)] : [];
        return Dataset.From(pixels, [shape.Channels, shape.Height, shape.Width], labels, labels.Length > 0 ? list.Classes : null, name);
    }

    private DecodedImage Decode(string path)
    {
        using var stream = Interop.InputFile.Open(path);
        var image = decoder.Decode(stream, path, MostPixels);
        return image.Pixels.LongLength == (long)image.Channels * image.Height * image.Width && image.Pixels.Length > 0
            ? image
            : throw new InvalidDataException($"'{path}' was decoded to {image.Pixels.Length} bytes, which are not {image.ShapeText}.");
    }

    private DecodedImage Prepare(DecodedImage image)
    {
        var data = Dataset.From(image.Pixels, [image.Channels, image.Height, image.Width]);
        data = Grey ? Transforms.Grey(data) : data;
        data = Resize > 0 ? Transforms.Resize(data, Resize) : data;
        var pixels = new byte[data.Spec.Size];
        data.CopyTo([0], pixels);
        return new DecodedImage(pixels, (int)data.Spec.Shape[0], (int)data.Spec.Shape[1], (int)data.Spec.Shape[2]);
    }

    private DecodedImage Checked(DecodedImage image, string path)
    {
        first ??= (image, path);
        var (expected, example) = first.Value;
        if (image.ShapeText == expected.ShapeText)
            return image;
        var advice = image.Channels != expected.Channels ? "grey=true makes all of them grey" : "resize=28, say, makes them agree";
        throw new InvalidDataException($"'{path}' is {image.ShapeText}, but '{example}' is {expected.ShapeText}; {advice}.");
    }

    private static int Total(int count, DecodedImage image) => (long)count * image.Pixels.Length <= Array.MaxLength
        ? count * image.Pixels.Length
        : throw new InvalidDataException($"{count} pictures of {image.ShapeText} are more than a data set can hold; resize or limit them.");
}
