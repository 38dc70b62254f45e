using System.Buffers.Binary;
using System.Text;
using VaeSharp.Native;

namespace VaeSharp.Tests.Core;

/// <summary>A library of two hundred bytes: a header, the sections of names and of requirements, and in these what is asked for.</summary>
public sealed class WeakenedCopyTests
{
    private const int Names = 0x40, Needs = 0x80, Sections = 0xc0, SectionSize = 0x40, Flags = Needs + 16 + 4;

    private static byte[] Library(string requirement, uint files = 1)
    {
        var bytes = new byte[Sections + 2 * SectionSize];
        "\u007fELF\u0002\u0001"u8.CopyTo(bytes);
        U64(0x28, Sections);
        U16(0x3a, SectionSize);
        U16(0x3c, 2);
        Encoding.ASCII.GetBytes(requirement + "\0").CopyTo(bytes, Names + 1);
        U64(Sections + 0x18, Names);
        var section = Sections + SectionSize;
        U32(section + 4, 0x6ffffffe);
        U64(section + 0x18, Needs);
        U32(section + 0x28, 0);
        U32(section + 0x2c, files);
        U16(Needs, 1);
        U16(Needs + 2, 1);
        U32(Needs + 8, 16);                                                                      // the entry behind the file
        U32(Needs + 16 + 8, 1);                                                                  // its name
        return bytes;

        void U16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);
    }

    [Fact]
    public void The_requirement_becomes_weak_and_nothing_else_changes()
    {
        var (library, before) = (Library("GLIBCXX_3.4.32"), Library("GLIBCXX_3.4.32"));
        Assert.True(WeakenedCopy.TryWeaken(library));
        Assert.Equal(2, library[Flags]);
        library[Flags] = before[Flags];
        Assert.Equal(before, library);
    }

    [Theory, InlineData("GLIBCXX_3.4.3"), InlineData("GLIBCXX_3.4.321"), InlineData("GLIBC_2.36")]
    public void Other_requirements_stay(string requirement)
    {
        var library = Library(requirement);
        Assert.False(WeakenedCopy.TryWeaken(library));
        Assert.Equal(Library(requirement), library);
    }

    /// <summary>
    /// A file that was cut short, or that counts more than it has, is no library that could be mended; and nothing is thrown.
    /// </summary>
    [Fact]
    public void Broken_libraries_are_left_alone()
    {
        var whole = Library("GLIBCXX_3.4.32");
        for (var length = 0; length < whole.Length; length++)
        {
            if (length < Sections + 2 * SectionSize)
                Assert.False(WeakenedCopy.TryWeaken(whole.AsSpan(0, length).ToArray()));
        }
        Assert.False(WeakenedCopy.TryWeaken(Library("GLIBC_2.36", files: int.MaxValue)));          // at once, and not in an hour
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var broken = Library("GLIBCXX_3.4.32");
            for (var change = 0; change < 4; change++)
                broken[random.Next(6, broken.Length)] = (byte)random.Next(256);
            WeakenedCopy.TryWeaken(broken);
        }
    }
}
