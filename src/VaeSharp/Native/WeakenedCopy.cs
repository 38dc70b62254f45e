using System.Buffers.Binary;
using System.Text;

namespace VaeSharp.Native;

/// <summary>
/// Copies of shared libraries in which one version requirement is marked as weak, so that the loader warns instead of refusing.
/// </summary>
/// <remarks>
/// ELF, 64 bits, little-endian. Source: the Linux Standard Base, "Symbol versioning" (section type SHT_GNU_verneed, flag VER_FLG_WEAK).
/// </remarks>
internal static class WeakenedCopy
{
    private const string Requirement = "GLIBCXX_3.4.32";
    private const uint VersionRequirements = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>The path of a weakened copy in the user's cache; the original's path where nothing has to be weakened.</summary>
    public static string Of(string path)
    {
        var library = File.ReadAllBytes(path);
        if (!TryWeaken(library))
            return path;
        var copy = Path.Combine(UserCache.Folder("native"), $"{Path.GetFileNameWithoutExtension(path)}-{library.Length}.so");
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(library))
        {
            var fresh = $"{copy}.{Environment.ProcessId}";
            File.WriteAllBytes(fresh, library);
            File.Move(fresh, copy, overwrite: true);
        }
        return copy;
    }

    /// <summary>Marks the requirement as weak in the bytes of a library; false where the library has no such requirement.</summary>
    internal static bool TryWeaken(Span<byte> library)
    {
        try
        {
            return library.StartsWith("\u007fELF\u0002\u0001"u8) && Weaken(library);
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;                                             // offsets that lead out of the file: not a library that we can mend
        }
    }

    private static bool Weaken(Span<byte> library)
    {
        var (sections, size, count) = ((int)U64(library, 0x28), U16(library, 0x3a), U16(library, 0x3c));
        for (var i = 0; i < count; i++)
        {
            var section = library.Slice(sections + i * size, size);
            if (U32(section, 4) != VersionRequirements)
                continue;
            var names = library.Slice(sections + (int)U32(section, 0x28) * size, size);
            return WeakenEntry(library, (int)U64(section, 0x18), (int)U32(section, 0x2c), (int)U64(names, 0x18));
        }
        return false;
    }

    private static bool WeakenEntry(Span<byte> library, int file, int files, int names)
    {
        for (var i = 0; i < files; i++)
        {
            var entry = file + (int)U32(library, file + 8);
            for (var j = 0; j < U16(library, file + 2); j++)
            {
                if (library[(names + (int)U32(library, entry + 8))..].StartsWith(Encoding.ASCII.GetBytes(Requirement + '\0')))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(library[(entry + 4)..], (ushort)(U16(library, entry + 4) | Weak));
                    return true;
                }
                entry += (int)U32(library, entry + 12);
            }
            var next = (int)U32(library, file + 12);
            if (next == 0)
                return false;                                         // the last, whatever their number is said to be
            file += next;
        }
        return false;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
