namespace VaeSharp;

/// <summary>Gets libtorch loaded.</summary>
public static class Libtorch
{
    /// <summary>Loads libtorch, if that has not happened yet.</summary>
    public static void Load() { }
}
