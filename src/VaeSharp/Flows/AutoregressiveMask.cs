namespace VaeSharp.Flows;

/// <summary>What an output must not see of the inputs, so that each quantity depends on those in front of it only.</summary>
/// <remarks>Germain et al. 2015, arXiv:1502.03509, equations 8 and 9.</remarks>
internal static class AutoregressiveMask
{
    /// <summary>
    /// Weights that are 0 wherever the degree of the input is above that of the output, and where it is the same if that is strict:
    /// [outputs, inputs, ..].
    /// </summary>
    /// <remarks>The mask is made anew in each pass, since a tensor in a module's field would be saved with the weights.</remarks>
    public static Tensor Apply(Tensor weight, int[] inputs, int[] outputs, bool isStrict = false)
    {
        var theirs = tensor(inputs, device: weight.device);
        var own = tensor(outputs, device: weight.device).unsqueeze(1);
        var unseen = isStrict ? own.le(theirs) : own.lt(theirs);                                 // [outputs, inputs]
        return weight.masked_fill(unseen.view([.. unseen.shape, .. Enumerable.Repeat(1L, (int)weight.dim() - 2)]), 0);
    }
}
