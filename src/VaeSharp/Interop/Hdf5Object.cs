namespace VaeSharp.Interop;

/// <summary>One message of an object's header.</summary>
/// <param name="Type">The kind, one of <see cref="Hdf5Object"/>'s constants.</param>
/// <param name="Flags">Bit 1: the message only says where the real one is.</param>
/// <param name="Content">Its bytes.</param>
internal readonly record struct Hdf5Message(int Type, byte Flags, ReadOnlyMemory<byte> Content);

/// <summary>A group or a data set: the messages of its header, in both of the header's layouts.</summary>
internal sealed class Hdf5Object
{
    public const int Dataspace = 0x1;
    public const int LinkInfo = 0x2;
    public const int Datatype = 0x3;
    public const int Link = 0x6;
    public const int ExternalFiles = 0x7;
    public const int Layout = 0x8;
    public const int Filters = 0xB;
    public const int Attribute = 0xC;
    public const int AttributeInfo = 0x15;
    public const int SymbolTable = 0x11;
    private const int Continuation = 0x10;
    private const int MessageCost = 32;

    private readonly Hdf5Source source;
    private readonly List<Hdf5Message> messages = [];
    private readonly Queue<(ulong Address, ulong Length)> parts = new();
    private bool newLayout;
    private int messagePrefix = 8;

    private Hdf5Object(Hdf5Source source, ulong address)
    {
        (this.source, Address) = (source, address);
        Begin(address);
        while (parts.TryDequeue(out var part))
            Continue(part.Address, part.Length);
    }

    /// <summary>Where it stands in the file; its identity.</summary>
    public ulong Address { get; }

    /// <summary>Whether it holds an array.</summary>
    public bool IsData => messages.Exists(message => message.Type == Layout);

    /// <summary>Whether it holds other objects.</summary>
    public bool IsGroup => messages.Exists(message => message.Type is SymbolTable or LinkInfo or Link);

    /// <summary>Reads an object's header.</summary>
    public static Hdf5Object Read(Hdf5Source source, ulong address) => new(source, address);

    /// <summary>The messages of a kind.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> All(int type)
    {
        foreach (var message in messages.Where(message => message.Type == type))
            yield return (message.Flags & 2) == 0 ? message.Content : throw source.Refuse("shares parts of its headers, which is not read");
    }

    /// <summary>The message of a kind; null where there is none.</summary>
    public ReadOnlyMemory<byte>? One(int type) => All(type).Select(content => (ReadOnlyMemory<byte>?)content).FirstOrDefault();

    private void Begin(ulong address)
    {
        var cursor = new Hdf5Cursor(source, source.Structure(address, 16));
        if (cursor.U8() == 1)
        {
            cursor.Skip(7);
            Messages(source.Structure(address + 16, cursor.U32()));
            return;
        }
        cursor = new Hdf5Cursor(source, source.Structure(address, 6));
        cursor.Signature("OHDR"u8);
        var (version, flags) = (cursor.U8(), cursor.U8());
        if (version != 2)
            throw source.Refuse($"has an object header of version {version}; 1 and 2 are read");
        (newLayout, messagePrefix) = (true, (flags & 4) != 0 ? 6 : 4);
        var head = 6UL + ((flags & 0x20) != 0 ? 16UL : 0) + ((flags & 0x10) != 0 ? 4UL : 0);
        var sizeBytes = 1 << (flags & 3);
        var size = new Hdf5Cursor(source, source.Structure(address + head, (ulong)sizeBytes)).Number(sizeBytes);
        Messages(source.Structure(address + head + (ulong)sizeBytes, size));
    }

    private void Continue(ulong address, ulong length)
    {
        var bytes = source.Structure(address, length);
        if (!newLayout)
        {
            Messages(bytes);
            return;
        }
        var cursor = new Hdf5Cursor(source, bytes);
        cursor.Signature("OCHK"u8);
        if (cursor.Left < 4)
            throw source.Refuse("is corrupt: a part of its structure ends too early");
        Messages(bytes.AsMemory(4, cursor.Left - 4));
    }

    // A gap of less than a message's head may follow the last one.
    private void Messages(ReadOnlyMemory<byte> bytes)
    {
        var cursor = new Hdf5Cursor(source, bytes.Span);
        while (cursor.Left >= messagePrefix)
        {
            int type = newLayout ? cursor.U8() : cursor.U16();
            var (size, flags) = (cursor.U16(), cursor.U8());
            cursor.Skip(newLayout ? messagePrefix - 4 : 3);
            var content = bytes.Slice(cursor.Position, Math.Min(size, cursor.Left));
            cursor.Skip(size);
            if (type == Continuation)
            {
                var place = new Hdf5Cursor(source, content.Span);
                parts.Enqueue((place.U64(), place.U64()));
            }
            else
            {
                source.Charge(MessageCost);                                                      // empty messages take memory too
                messages.Add(new Hdf5Message(type, flags, content));
            }
        }
    }
}
