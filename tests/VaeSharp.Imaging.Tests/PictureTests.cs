namespace VaeSharp.Imaging.Tests;

public sealed class PictureTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vaesharp").FullName;

    [Fact]
    public void Saving_makes_the_folder_replaces_the_file_and_leaves_nothing_else()
    {
        var path = Path.Combine(folder, "plots", "grid.png");
        var picture = ImageGrid.Draw(ImageGridTests.Flat([0.5f], 4));
        picture.Save(path);
        File.WriteAllText(path, "old");
        picture.Save(path);
        Assert.Equal(picture.Png.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_failed_save_leaves_no_temporary_file()
    {
        Directory.CreateDirectory(Path.Combine(folder, "taken.png"));
        Assert.ThrowsAny<Exception>(() => ImageGrid.Draw(ImageGridTests.Flat([0.5f], 4)).Save(Path.Combine(folder, "taken.png")));
        Assert.Single(Directory.GetFileSystemEntries(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
