using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class KeptDigitsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private DataContext Context => new() { Cache = folder["cache"] };

    private KeptDigits Kept => KeptDigits.Of(Context);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_kept_has_the_bytes_that_are_drawn()
    {
        Keep();
        var reports = 0;
        var data = new DigitsSpec().Load(Context with { Progress = _ => reports++ });
        Assert.Equal(0, reports);                                         // nothing was drawn
        foreach (var (read, drawn) in ((Dataset, Dataset)[])[(data.Train, DigitsData.Train), (data.Test!, DigitsData.Test)])
        {
            Assert.Equal(drawn.Bytes(drawn.Count), read.Bytes(read.Count));
            Assert.Equal(drawn.Labels(), read.Labels());
            Assert.Equal(drawn.Factors!.Values.ToArray(), read.Factors!.Values.ToArray());
        }
    }

    [Fact]
    public void Whoever_draws_the_default_digits_keeps_them()
    {
        new DigitsSpec().Load(Context);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Kept.Path) && !File.Exists($"{Kept.Path}.tmp"), TimeSpan.FromSeconds(30)));
        Assert.True(Kept.TryRead(new DrawnDigits(60_000), new DrawnDigits(10_000)));
        Assert.Equal([Kept.Path], Directory.GetFiles(folder["cache"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Others_are_not_kept()
    {
        new DigitsSpec { Seed = 1, Limit = 10 }.Load(Context);
        new DigitsSpec { Limit = 10 }.Load(Context);
        Assert.False(Directory.Exists(folder["cache"]));
    }

    [Theory]
    [InlineData("a byte was changed")]
    [InlineData("the end is missing")]
    [InlineData("something stands behind it")]
    [InlineData("it is empty")]
    [InlineData("it is a folder")]
    public void A_damaged_file_is_as_good_as_none(string damage)
    {
        Keep();
        using (var file = new FileStream(Kept.Path, FileMode.Open))
        {
            file.Position = 12_345_678;
            var value = file.ReadByte();
            file.Position = 12_345_678;
            if (damage == "a byte was changed")
                file.WriteByte((byte)(value ^ 1));
            else
                file.SetLength(damage == "it is empty" ? 0 : file.Length + (damage == "the end is missing" ? -1 : 1));
        }
        if (damage == "it is a folder")
        {
            File.Delete(Kept.Path);
            Directory.CreateDirectory(Kept.Path);
        }
        Assert.False(Kept.TryRead(new DrawnDigits(60_000), new DrawnDigits(10_000)));
    }

    [Fact]
    public void A_damaged_file_is_drawn_and_kept_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Kept.Path)!);
        File.WriteAllBytes(Kept.Path, new byte[70_000 * (784 + 100) + 32]);
        Assert.Equal(DigitsData.Train.Image(15_000), new DigitsSpec().Load(Context).Train.Image(15_000));
        Assert.True(SpinWait.SpinUntil(() => Kept.TryRead(new DrawnDigits(60_000), new DrawnDigits(10_000)), TimeSpan.FromSeconds(30)));
        Assert.True(SpinWait.SpinUntil(() => !File.Exists($"{Kept.Path}.tmp"), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Another_writer_at_the_same_time_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Kept.Path)!);
        using (new FileStream($"{Kept.Path}.tmp", FileMode.Create, FileAccess.Write, FileShare.None))
            Kept.Write(new DrawnDigits(1), new DrawnDigits(1));
        Assert.False(File.Exists(Kept.Path));
    }

    private void Keep()
    {
        var (train, test) = (Copy(DigitsData.Train), Copy(DigitsData.Test));
        Kept.Write(train, test);
    }

    private static DrawnDigits Copy(Dataset data)
    {
        var copy = new DrawnDigits(data.Count);
        data.Bytes(data.Count).CopyTo(copy.Images, 0);
        data.Factors!.Values.CopyTo(copy.Factors);
        return copy;
    }
}
