namespace VaeSharp.Interop;

/// <summary>The sizes of a data set or attribute.</summary>
internal static class Hdf5Space
{
    /// <summary>The largest number of axes that HDF5 has.</summary>
    public const int MostAxes = 32;

    /// <summary>Reads a dataspace message; null where there are no elements by design.</summary>
    public static long[]? Parse(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message);
        var (version, axes) = (cursor.U8(), cursor.U8());
        if (version is 0 or > 2 || axes > MostAxes)
            throw source.Refuse($"has an array of {axes} axes (version {version}), which cannot be read");
        cursor.Skip(1);
        var kind = cursor.U8();
        cursor.Skip(version == 1 ? 4 : 0);
        var shape = new long[axes];
        foreach (ref var size in shape.AsSpan())
            size = (long)cursor.U64();
        return version == 2 && kind == 2 ? null : shape;
    }
}
