using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VaeSharp.Data;

/// <summary>The default digits in a file of the user's cache: drawing them takes half a second each time.</summary>
/// <remarks>
/// Training images, test images, training factors, test factors, and a checksum over all that. A file that is torn or changed is as good
/// as none, and so is a folder that cannot be written.
/// </remarks>
/// <param name="folder">The folder; made when there is something to keep.</param>
internal sealed class KeptDigits(string folder)
{
    // To be raised when an image or a factor of the default seed changes; the test of their SHA-256 fails then.
    private const int Version = 1;
    private const int PieceLength = 1 << 20;

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, $"digits-{Version}.bin");

    /// <summary>Where they are kept.</summary>
    public static KeptDigits Of(DataContext context) => new(System.IO.Path.Combine(context.Cache ?? UserCache.Place("data"), "digits"));

    /// <summary>Reads the digits into arrays of the right lengths; false where they are not there, or not as they were written.</summary>
    public bool TryRead(DrawnDigits train, DrawnDigits test)
    {
        try
        {
            using var file = File.OpenHandle(Path);
            var (pieces, length) = Divide(train, test);
            var written = new byte[SHA256.HashSizeInBytes];
            if (RandomAccess.GetLength(file) != length + written.Length || RandomAccess.Read(file, written, length) != written.Length)
                return false;
            Parallel.ForEach(pieces, piece => _ = RandomAccess.Read(file, piece.Span, piece.Offset));
            return Checksum(pieces).AsSpan().SequenceEqual(written);
        }
        catch (Exception failure)
            when (IsOfFiles(failure) || failure is AggregateException { InnerException: { } inner } && IsOfFiles(inner))
        {
            return false;
        }
    }

    /// <summary>Writes the digits, if that is possible.</summary>
    public void Write(DrawnDigits train, DrawnDigits test)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var fresh = $"{Path}.tmp";                                // one name, so that processes that are killed leave one file
            using var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var (pieces, _) = Divide(train, test);
            foreach (var piece in pieces)
                file.Write(piece.Span);
            file.Write(Checksum(pieces));
            File.Move(fresh, Path, overwrite: true);                  // while nobody else can write into it
        }
        catch (Exception failure) when (IsOfFiles(failure))
        {
            // They are drawn again next time.
        }
    }

    private static bool IsOfFiles(Exception failure) => failure is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The SHA-256 of the pieces' SHA-256, which several threads take.</summary>
    private static byte[] Checksum(IReadOnlyList<Piece> pieces)
    {
        var hashes = new byte[pieces.Count * SHA256.HashSizeInBytes];
        Parallel.For(0, pieces.Count, i => SHA256.HashData(pieces[i].Span, hashes.AsSpan(i * SHA256.HashSizeInBytes)));
        return SHA256.HashData(hashes);
    }

    private static (List<Piece> Pieces, long Length) Divide(DrawnDigits train, DrawnDigits test)
    {
        var (pieces, offset) = (new List<Piece>(), 0L);
        foreach (var array in (Array[])[train.Images, test.Images, train.Factors, test.Factors])
        {
            for (var from = 0; from < Buffer.ByteLength(array); from += PieceLength)
            {
                var piece = new Piece(array, from, Math.Min(PieceLength, Buffer.ByteLength(array) - from), offset);
                pieces.Add(piece);
                offset += piece.Length;
            }
        }
        return (pieces, offset);
    }

    /// <summary>Some bytes of an array, and where they are in the file.</summary>
    private sealed record Piece(Array Array, int From, int Length, long Offset)
    {
        public Span<byte> Span => (Array is float[] numbers ? MemoryMarshal.AsBytes(numbers.AsSpan()) : (byte[])Array).Slice(From, Length);
    }
}
