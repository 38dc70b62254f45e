namespace VaeSharp.Interop;

/// <summary>One layer of a file of Keras weights.</summary>
/// <param name="Name">The layer's name, as its user or Keras gave it: <c>z_mean</c>, <c>dense_3</c>.</param>
/// <param name="Class">
/// Its class in lower case with underscores: <c>dense</c>, <c>conv2d_transpose</c>, <c>input_layer</c>; null where the file does not tell.
/// </param>
/// <param name="Weights">The arrays in Keras's order (kernel, bias), axes as Keras has them; none for a layer without weights.</param>
public sealed record KerasLayer(string Name, string? Class, IReadOnlyList<NdArray> Weights);

/// <summary>The layers of one model within a file of Keras weights.</summary>
/// <param name="Name">
/// The model's name: <c>encoder</c>, <c>decoder</c>; a model within it is <c>encoder/inner</c>. Empty for the saved model's own layers.
/// </param>
/// <param name="Class">Its class in lower case with underscores, mostly <c>functional</c>; null where the file does not tell.</param>
/// <param name="Layers">The layers.</param>
public sealed record KerasModel(string Name, string? Class, IReadOnlyList<KerasLayer> Layers);
