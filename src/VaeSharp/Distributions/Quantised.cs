namespace VaeSharp.Distributions;

/// <summary>All mass on one of finitely many codes. Its density is a probability: 1 at the code, 0 elsewhere.</summary>
/// <param name="codes">The code, through which the encoder's gradient passes: [.., *event].</param>
/// <param name="choice">How it was chosen.</param>
/// <param name="all">The codes that it is one of.</param>
public sealed class Quantised(Tensor codes, Quantisation choice, ICodes all) : Distribution(all.Shape.Length)
{
    /// <inheritdoc/>
    public override Tensor Mean => codes;

    /// <summary>How the code was chosen.</summary>
    public Quantisation Choice => choice;

    /// <summary>Which codes: [.., *index] int64, that is [.., Q], or [.., h, w, Q] on a raster.</summary>
    public Tensor Indices => choice.Indices.reshape([.. codes.shape[..^EventRank], .. all.IndexShape]);

    /// <inheritdoc/>
    public override Draw Rsample(long samples, Noise noise)
    {
        var z = codes.unsqueeze(0).expand([samples, .. codes.shape]);
        return new Draw(z, () => zeros(z.shape[..^EventRank], dtype: float32, device: z.device)) { Indices = Indices.unsqueeze(0) };
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor x)
    {
        var same = x.eq(codes).flatten(-EventRank).to_type(float32).amin([-1L]);
        return same.log();
    }

    /// <inheritdoc/>
    public override Distribution Detached() => new Quantised(codes.detach(), choice, all);
}

/// <summary>How vectors were quantised.</summary>
/// <param name="Inputs">The vectors, without gradient: [N, D].</param>
/// <param name="Codes">The code of each, through which the vectors' gradient passes: [N, D].</param>
/// <param name="Indices">Which codes, at each of Q levels or groups: [N, Q] int64.</param>
/// <param name="Losses">Losses that come with it: a name, and a number for each vector, or for each of one level, [N], in nats.</param>
public sealed record Quantisation(Tensor Inputs, Tensor Codes, Tensor Indices, IReadOnlyList<(string Name, Tensor Value)> Losses);
