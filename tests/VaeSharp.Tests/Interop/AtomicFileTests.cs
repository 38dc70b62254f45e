using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

public sealed class AtomicFileTests : IDisposable
{
    private readonly Scratch files = new();

    [Fact]
    public void A_file_is_replaced_and_nothing_else_is_left()
    {
        var path = files.Write("a.bin", 1, 2, 3);
        AtomicFile.Write(path, stream => stream.Write([4, 5]));
        Assert.Equal([4, 5], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(files.Folder));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_no_other()
    {
        var path = files.Write("a.bin", 1, 2, 3);
        Assert.Throws<IOException>(
            () => AtomicFile.Write(path, stream => stream.Write(new byte[100]), inner => new FullDisk(inner, room: 50)));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(files.Folder));
    }

    [Fact]
    public void A_disk_that_fills_while_tensors_are_written_leaves_the_old_ones()
    {
        var path = files["model.safetensors"];
        SafeTensors.Write(path, [new StoredTensor("old", "U8", [1], new byte[1])]);
        StoredTensor[] tensors = [new("a", "U8", [200], new byte[200]), new("b", "U8", [200], new byte[200])];
        Assert.Throws<IOException>(() => SafeTensors.Write(path, tensors, through: inner => new FullDisk(inner, room: 400)));
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal("old", Assert.Single(file.Tensors).Name);
    }

    [Fact]
    public void A_writer_that_fails_leaves_nothing_where_nothing_was()
    {
        Assert.Throws<FormatException>(() => AtomicFile.Write(files["new"], _ => throw new FormatException()));
        Assert.Empty(Directory.GetFileSystemEntries(files.Folder));
    }

    public void Dispose() => files.Dispose();

    private sealed class FullDisk(Stream inner, int room) : MemoryStream
    {
        private int room = room;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var fits = Math.Min(room, buffer.Length);
            inner.Write(buffer[..fits]);
            if ((room -= fits) == 0)
                throw new IOException("No space left on device");
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
