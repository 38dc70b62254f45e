namespace VaeSharp.Interop;

/// <summary>Names from a file, for errors.</summary>
internal static class Hdf5Name
{
    /// <summary>A name as one line of reasonable length.</summary>
    public static string Shown(string name) =>
        string.Concat(name.Take(120).Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? '?' : letter));
}
