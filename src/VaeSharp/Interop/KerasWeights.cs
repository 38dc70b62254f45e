namespace VaeSharp.Interop;
public sealed record KerasLayer(string Name, string? Class, IReadOnlyList<NdArray> Weights);
public sealed record KerasModel(string Name, string? Class, IReadOnlyList<KerasLayer> Layers);
public static class KerasWeights
{
    public static bool IsKeras(string path) => false;
    public static IReadOnlyList<KerasModel> Read(string path) => [];
    public static void Write(string path, string name, IReadOnlyList<KerasLayer> inputs, IReadOnlyList<KerasModel> models) { }
    public static void WriteLegacy(string path, IReadOnlyList<string> inputs, IReadOnlyList<KerasModel> models) { }
}
