namespace VaeSharp.Interop;

/// <summary>
/// The bytes of an HDF5 file from outside. Whatever its structure claims, no more is read than its length justifies: a structure that leads
/// back into itself ends as an error, and so does data that is claimed by several data sets.
/// </summary>
internal sealed class Hdf5Source
{
    /// <summary>What stands where an address has no value.</summary>
    public const ulong NoAddress = ulong.MaxValue;

    private readonly Stream stream;
    private readonly long start;
    private long structureLeft;
    private long dataLeft;
    private long arraysLeft;

    /// <summary>
    /// Reads from a stream, whose superblock stands at <paramref name="start"/>: all addresses count from there. Arrays of more than
    /// <paramref name="mostBytes"/> in all are refused.
    /// </summary>
    public Hdf5Source(Stream stream, string name, long start, long mostBytes)
    {
        (this.stream, Name, this.start, MostBytes, arraysLeft) = (stream, name, start, mostBytes, mostBytes);
        Length = stream.Length - start;
        // A piece of structure is read once or twice (a heap for each of its users); small files have most of it in proportion.
        structureLeft = (1 << 20) + 4 * Math.Min(Length, long.MaxValue / 8);
        dataLeft = Length;
    }

    /// <summary>The file, for errors.</summary>
    public string Name { get; }

    /// <summary>The most bytes that all arrays may have together.</summary>
    public long MostBytes { get; }

    /// <summary>Number of bytes from the superblock on.</summary>
    public long Length { get; }

    /// <summary>The error for a file that is not what it claims to be.</summary>
    public InvalidDataException Refuse(string what) => InputFile.Refuse(Name, what);

    /// <summary>Reads a piece of the file's structure.</summary>
    public byte[] Structure(ulong address, ulong count)
    {
        Inside(address, count);
        Charge((long)count);
        var bytes = new byte[count];
        Fill(address, bytes);
        return bytes;
    }

    /// <summary>Counts memory that the file's structure costs, and ends where it is more than the file justifies.</summary>
    public void Charge(long count)
    {
        structureLeft -= count;
        if (structureLeft < 0)
            throw Refuse("is corrupt: its structure leads back into itself");
    }

    /// <summary>Makes sure that the file can hold stored data of a size, in addition to what other data sets have claimed so far.</summary>
    public void Claim(ulong address, ulong count)
    {
        Inside(address, count);
        if ((ulong)dataLeft < count)
            throw Refuse("is corrupt: its data sets claim more data than it has");
        dataLeft -= (long)count;
    }

    /// <summary>Counts an array's bytes as they will be in memory, and ends where all arrays have more than are of use.</summary>
    public void Take(long elements, int elementSize)
    {
        if (elements > arraysLeft / elementSize)
            throw InputFile.TooMuch(Name, MostBytes);
        arraysLeft -= elements * elementSize;
    }

    /// <summary>Reads data that was claimed.</summary>
    public void Fill(ulong address, Span<byte> target)
    {
        stream.Position = start + (long)address;
        InputFile.Fill(stream, target, Name);
    }

    private void Inside(ulong address, ulong count)
    {
        if (address > (ulong)Length || count > (ulong)Length - address)
            throw Refuse($"is truncated or corrupt: it has no {count:N0} bytes at {address:N0}");
        if (count > (ulong)Array.MaxLength)
            throw Refuse($"has a part of {count:N0} bytes; one array may have {Array.MaxLength:N0} at most");
    }
}
