using FsCheck;
using FsCheck.Fluent;

namespace VaeSharp.Imaging.Tests;

/// <summary>Runs alone, because it watches the memory of the process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class ImageFileTests
{
    private const int Height = 5, Width = 7;

    [Theory]
    [InlineData(1, ImageFormat.Png, 1, 0)]
    [InlineData(3, ImageFormat.Png, 3, 0)]
    [InlineData(3, ImageFormat.WebP, 3, 0)]
    [InlineData(1, ImageFormat.WebP, 3, 0)]
    [InlineData(1, ImageFormat.Jpeg, 1, 12)]                                // lossy: smooth images change by a few levels
    [InlineData(3, ImageFormat.Jpeg, 3, 12)]
    public void Images_round_trip(int channels, ImageFormat format, int expectedChannels, int tolerance)
    {
        var pixels = Gradient(channels);
        var decoded = Decode(ImageFile.Encode(pixels, channels, Height, Width, format));
        Assert.Equal((expectedChannels, Height, Width), (decoded.Channels, decoded.Height, decoded.Width));
        for (var i = 0; i < decoded.Pixels.Length; i++)
            Assert.InRange(decoded.Pixels[i] - pixels[i % pixels.Length], -tolerance, tolerance);
    }

    [Fact]
    public void Bitmaps_are_read_as_colour()
    {
        var pixels = Gradient(3);
        var decoded = Decode(Bitmaps.Color(pixels, Height, Width));
        Assert.Equal((3, Height, Width), (decoded.Channels, decoded.Height, decoded.Width));
        Assert.Equal(pixels, decoded.Pixels);
    }

    [Fact]
    public void Bitmaps_whose_palette_is_grey_are_grey()
    {
        var pixels = Gradient(1);
        var decoded = Decode(Bitmaps.Palette(pixels, Height, Width, isGrey: true));
        Assert.Equal(1, decoded.Channels);
        Assert.Equal(pixels, decoded.Pixels);
        Assert.Equal(3, Decode(Bitmaps.Palette(pixels, Height, Width, isGrey: false)).Channels);
    }

    [Fact]
    public void Transparent_pixels_are_composed_onto_black()
    {
        // One pixel of grey with transparency (colour type 4): 200 at alpha 128 is 100 on black.
        var decoded = Decode(Pngs.One(colorType: 4, [200, 128]));
        Assert.Equal(1, decoded.Channels);
        Assert.InRange(Assert.Single(decoded.Pixels), 99, 101);
        var color = Decode(Pngs.One(colorType: 6, [200, 100, 50, 0]));
        Assert.Equal([0, 0, 0], color.Pixels);
    }

    [Fact]
    public void A_file_is_read_by_its_path()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, ImageFile.Encode(Gradient(3), 3, Height, Width));
            Assert.Equal(Gradient(3), ImageFile.Read(path).Pixels);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Throws<FileNotFoundException>(() => ImageFile.Read(path));
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "empty", [] },
        { "text", "This is no image."u8.ToArray() },
        { "gif", "GIF89a\x01\0\x01\0\0\0\0;"u8.ToArray() },
        { "magic alone", [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a] },
        { "BM alone", "BM"u8.ToArray() },
        { "RIFF alone", "RIFF\0\0\0\0WEBP"u8.ToArray() },
        { "jpeg alone", [0xff, 0xd8, 0xff, 0xe0] },
        { "huge png", Pngs.One(colorType: 2, [1, 2, 3], width: 100_000, height: 100_000) },
        { "wide png", Pngs.One(colorType: 0, [1], width: 16_385, height: 1) },
        { "many pixels", Pngs.One(colorType: 0, [1], width: 16_384, height: 16_384) },
        { "zero png", Pngs.One(colorType: 0, [1], width: 0, height: 1) },
        { "negative png", Pngs.One(colorType: 0, [1], width: uint.MaxValue, height: uint.MaxValue) },
        { "zero bitmap", Bitmaps.Color([], 0, 0) },
    };

    [Theory, MemberData(nameof(Hostile))]
    public void Hostile_files_are_refused_in_one_line_that_names_them_without_taking_memory(string what, byte[] file)
    {
        var before = Environment.WorkingSet;
        var error = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(new MemoryStream(file), $"{what}.img"));
        Assert.Contains($"'{what}.img'", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.True(Environment.WorkingSet - before < 200L << 20);          // 16384² pixels would take a gigabyte
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void A_file_that_ends_too_early_is_refused_wherever_it_ends(ImageFormat format)
    {
        var random = new Random(2);
        var pixels = new byte[3 * 40 * 40];
        random.NextBytes(pixels);
        var file = ImageFile.Encode(pixels, 3, 40, 40, format);
        foreach (var share in new[] { 0.1, 0.3, 0.5, 0.7, 0.9 })
            Assert.Throws<InvalidDataException>(() => Decode(file[..(int)(share * file.Length)]));
    }

    [Fact]
    public void A_bitmap_that_ends_too_early_is_refused()
    {
        var file = Bitmaps.Color(Gradient(3), Height, Width);
        for (var length = 0; length < file.Length - 3; length++)
            Assert.Throws<InvalidDataException>(() => Decode(file[..length]));
    }

    [Fact]
    public void Limits_are_the_callers()
    {
        var file = ImageFile.Encode(Gradient(1), 1, Height, Width);
        Assert.Throws<InvalidDataException>(() => Decode(file, new ImageLimits { Side = 6 }));
        Assert.Throws<InvalidDataException>(() => Decode(file, new ImageLimits { Pixels = 34 }));
        Assert.Throws<InvalidDataException>(() => Decode(file, new ImageLimits { FileBytes = file.Length - 1 }));
        Assert.Equal(35, Decode(file, new ImageLimits { Side = 7, Pixels = 35, FileBytes = file.Length }).Pixels.Length);
    }

    [Fact]
    public void Random_bytes_behind_any_beginning_decode_or_are_refused()
    {
        byte[][] beginnings =
        [
            [], [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a], [0xff, 0xd8, 0xff], "BM"u8.ToArray(), "RIFF\x20\0\0\0WEBPVP8 "u8.ToArray(),
            "RIFF\x20\0\0\0WEBPVP8L"u8.ToArray(),
        ];
        var small = new ImageLimits { Pixels = 1 << 20, Side = 4_096 };
        Prop.ForAll<byte[], int>((tail, which) => IsDecodedOrRefused([.. beginnings[(which & 0xff) % beginnings.Length], .. tail], small))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Damaged_files_decode_or_are_refused()
    {
        byte[][] files =
        [
            ImageFile.Encode(Gradient(3), 3, Height, Width), ImageFile.Encode(Gradient(3), 3, Height, Width, ImageFormat.Jpeg),
            ImageFile.Encode(Gradient(3), 3, Height, Width, ImageFormat.WebP), Bitmaps.Color(Gradient(3), Height, Width),
            Bitmaps.Palette(Gradient(1), Height, Width, isGrey: true),
        ];
        var small = new ImageLimits { Pixels = 1 << 20, Side = 4_096 };
        Prop.ForAll<int, int, byte>((which, at, value) =>
        {
            var file = (byte[])files[(int)((uint)which % files.Length)].Clone();
            file[(int)((uint)(at * 7919) % file.Length)] = value;
            return IsDecodedOrRefused(file, small);
        }).QuickCheckThrowOnFailure();
    }

    private static bool IsDecodedOrRefused(byte[] file, ImageLimits limits)
    {
        try
        {
            var decoded = Decode(file, limits);
            return decoded.Pixels.Length == decoded.Channels * decoded.Height * decoded.Width;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static (byte[] Pixels, int Channels, int Height, int Width) Decode(byte[] file, ImageLimits? limits = null) =>
        ImageFile.Decode(new MemoryStream(file), "test.img", limits);

    private static byte[] Gradient(int channels) =>
    [
        .. from c in Enumerable.Range(0, channels)
           from y in Enumerable.Range(0, Height)
           from x in Enumerable.Range(0, Width)
           select (byte)(60 + 40 * c + 5 * y + 3 * x),
    ];
}
