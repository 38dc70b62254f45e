using VaeSharp.Conditions;
using VaeSharp.Corruptions;
using VaeSharp.Distributions;
using VaeSharp.Flows;
using VaeSharp.Hierarchies;
using VaeSharp.Likelihoods;
using VaeSharp.Networks;
using VaeSharp.Posteriors;
using VaeSharp.Priors;

namespace VaeSharp.Models;

/// <summary>The variational autoencoder: a latent vector, or several above each other, and the six choices.</summary>
/// <remarks>Kingma and Welling 2014, arXiv:1312.6114; Rezende, Mohamed and Wierstra 2014, arXiv:1401.4082.</remarks>
public sealed class Vae : Autoencoder
{
    private readonly Condition condition;
    private readonly Encoder encoder;
    private readonly Hierarchy? hierarchy;
    private readonly Posterior posterior;
    private readonly nn.Module<Tensor, Tensor> decoder;
    private readonly Likelihood likelihood;
    private readonly Prior prior;
    private readonly CorruptionSpec corruption;
    private readonly DataSpec data;
    private readonly LatentSpace latent;
    private readonly long[] shape;                                        // of a code
    private readonly long[] rows;                                         // of codes as the decoder takes them, one behind the other
    private readonly Form form;

    /// <summary>Builds the parts for data of one kind. Weights are arbitrary until <see cref="Initialisation.Initialise"/>.</summary>
    public Vae(DataSpec data, LatentSpace latent, NetworkSpec network, PosteriorSpec posterior, PriorSpec prior, LikelihoodSpec likelihood,
        ConditionSpec condition, CorruptionSpec corruption, HierarchySpec? hierarchy = null) : base(nameof(Vae))
    {
        hierarchy ??= new NoHierarchySpec();
        var topmost = hierarchy.Topmost(latent);
        (this.data, this.latent, this.corruption, form) = (data, hierarchy.Whole(latent), corruption, network.Input);
        this.condition = condition.Build(data, network.Input);
        encoder = latent.Raster is null ? network.Encoder(this.condition.Input) : network.PlacesEncoder(this.condition.Input);
        this.hierarchy = hierarchy.Build(encoder.Features, latent);
        this.posterior = posterior.Build(this.hierarchy?.Features ?? encoder.Features, topmost);
        this.likelihood = likelihood.Build(data);
        var decoded = this.hierarchy is { } levels ? new LatentSpace(levels.Decoded) : latent;
        (shape, rows) = (this.latent.Shape, [-1, .. decoded.Shape]);
        decoder = network.Decoder(decoded, this.condition.Width, this.likelihood.Parameters, data);
        var told = NeedsLabels ? data : data with { ClassNames = [] };
        this.prior = prior is CodePriorSpec over ? over.Build(this.posterior.Codes!, told) : prior.Build(topmost, told);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override DataSpec Data => data;

    /// <inheritdoc/>
    public override LatentSpace Latent => latent;

    /// <inheritdoc/>
    public override ICodes? Codes => posterior.Codes;

    /// <inheritdoc/>
    public override bool NeedsLabels => condition.NeedsLabels;

    /// <inheritdoc/>
    public override double Constant => likelihood.Constant;

    /// <inheritdoc/>
    /// <remarks>While it trains, the encoder sees examples as the corruption leaves them; the loss compares with the clean ones.</remarks>
    public override Trace Infer(Batch batch, long samples, Progress progress)
    {
        Shape.Expect(batch.X, [-1, .. data.Shape], "x");
        batch = Corrupt(batch, progress);
        var statistics = progress.Training ? new BatchStatistics() : null;
        using var pass = BatchStatistics.Use(statistics);
        var (q, features) = Recognise(batch, progress);                                          // q(z|x)
        var draw = q.Draws(samples, progress.Noise);                                             // z  [S, B, Z]
        var p = q.Match(PriorOf(batch.Labels, progress, batch.X.device));                        // p(z)
        var latents = Descend(new LatentTerm(draw, q, p) { Level = features.Count }, features, progress);
        var codes = latents.Count == 1 ? draw.Z : cat([.. latents.Select(latent => latent.Draw.Z)], dim: -1);
        return new Trace(batch, latents, Likelihood, posterior.Losses(q), codes)
        {
            Measures = posterior.Measures(q),
            Statistics = statistics,
        };

        Distribution Likelihood(Tensor z)                                                        // p(x|z)
        {
            using var later = BatchStatistics.Use(statistics);
            statistics = statistics is null ? null : new();                                      // who decodes again finds out nothing new
            return Decode(z, batch.Labels, progress.Training ? batch.X : null);
        }
    }

    /// <inheritdoc/>
    public override Batch Corrupt(Batch batch, Progress progress) => progress.Training
        ? batch with { Corrupted = corruption.Of(batch.X, data, progress) ?? batch.Corrupted }
        : batch;

    /// <inheritdoc/>
    public override Distribution Encode(Batch batch, Progress progress)
    {
        Shape.Expect(batch.Input, [-1, .. data.Shape], "x");                            // else rows of another shape pass as other examples
        var statistics = progress.Training ? BatchStatistics.Current ?? new() : null;
        using var pass = BatchStatistics.Use(statistics);
        var (q, features) = Recognise(batch, progress);
        return hierarchy is null ? q : new Chain(q, hierarchy.Sizes, Below);

        Distribution Below(int level, Tensor above)                                              // q(z_l | z_{l+1}, x)
        {
            using var later = BatchStatistics.Use(statistics);
            return hierarchy!.Given(level, above, features[level - 1]).Posterior!;
        }
    }

    /// <inheritdoc/>
    public override Distribution Decode(Tensor z, Tensor? labels = null) => Decode(z, labels, x: null);

    /// <inheritdoc/>
    public override Tensor DrawCodes(long count, Tensor? labels, Progress progress, double temperature = 1)
    {
        var p = PriorOf(labels, progress, this.parameters().First().device);
        if (hierarchy is not null)
            p = new Chain(p, hierarchy.Sizes, (level, above) => hierarchy.Given(level, above, features: null).Prior);
        if (prior.IsTold)
            return p.Sample(1, progress.Noise, temperature).squeeze(0);                          // one under each label
        return p.Sample(count, progress.Noise, temperature);                                     // [count, Z]
    }

    /// <inheritdoc/>
    public override Tensor DrawByMetric(long count, HamiltonianChainSpec chain, Noise noise) => posterior.DrawByMetric(count, chain, noise);

    /// <inheritdoc/>
    public override void Update(Trace trace, Progress progress)
    {
        likelihood.Update(trace.Likelihood, progress);
        posterior.Update(trace.Latents[^1].Posterior, progress);
        trace.Statistics?.Apply();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<nn.Module> Side(Side side) => side == Models.Side.Inference
        ? Present(condition, encoder, posterior, hierarchy?.Inference)
        : Present(decoder, likelihood, prior, hierarchy?.Generation);

    /// <inheritdoc/>
    public override Architecture Describe()
    {
        var inference = new LayerGraph("encoder");
        var x = form == Form.Grid || !data.IsImage
            ? inference.Input("encoder_input", data.Shape)
            : inference.Input("encoder_input", [data.Size], grid: data.Shape);
        var features = encoder.Describe(inference, condition.DescribeBesideData(inference, x, Told(inference)));
        if (hierarchy is not null)
            features = inference.Other(hierarchy.Inference, [hierarchy.Features], features);
        posterior.Describe(inference, features, hierarchy is null ? latent : new LatentSpace(hierarchy.Sizes[^1]));
        inference.AddRest(Side(Models.Side.Inference));

        var generation = new LayerGraph("decoder", before: inference);
        var z = generation.Input("z_sampling", latent.Shape);
        if (hierarchy is not null)
            z = generation.Other(hierarchy.Generation, [hierarchy.Decoded], z);
        var code = condition.DescribeBesideCode(generation, z, Told(generation));
        var parameters = decoder is IDescribed described
            ? described.Describe(generation, code)
            : generation.Other(decoder, [likelihood.Parameters * data.Shape[0], .. data.Shape.Skip(1)], code);
        generation.End(likelihood.Describe(generation, parameters));
        generation.AddRest(Side(Models.Side.Generation));
        return new Architecture(inference, generation) { Buffers = Count(buffers()) };

        LayerNode? Told(LayerGraph graph) => condition.Width > 0 ? graph.Input("class_labels", [condition.Width]) : null;
    }

    private static nn.Module[] Present(params nn.Module?[] parts) => [.. parts.OfType<nn.Module>()];

    // The posterior of the topmost variable, and what the encoder says to each, z₁ first.
    private (Distribution Topmost, IReadOnlyList<Tensor> Features) Recognise(Batch batch, Progress progress)
    {
        var features = encoder.call(condition.BesideData(batch.Input, batch.Labels));            // [B, F]
        var all = hierarchy?.Climb(features) ?? [features];
        return (posterior.For(all[^1], batch, LogJoint, progress), all);

        Tensor LogJoint(Tensor z) => Decode(z, batch.Labels).LogProb(batch.X) + PriorOf(batch.Labels, progress, z.device).LogProb(z);
    }

    // From the topmost variable to z₁: each is drawn given the one above.
    private IReadOnlyList<LatentTerm> Descend(LatentTerm topmost, IReadOnlyList<Tensor> features, Progress progress)
    {
        if (features.Count == 1)
            return [topmost];
        List<LatentTerm> all = [topmost];
        for (var level = features.Count - 1; level > 0; level--)
        {
            var (p, q) = hierarchy!.Given(level, all[0].Draw.Z, features[level - 1]);            // of z_l given z_{l+1}
            var draw = q!.Rsample(1, progress.Noise);                                            // [1, S, B, Z]
            all.Insert(0, new LatentTerm(new Draw(draw.Z.squeeze(0), () => draw.LogQ!.squeeze(0)), q, p) { Level = level });
        }
        return all;
    }

    private Distribution Decode(Tensor z, Tensor? labels, Tensor? x)
    {
        var several = new long[Math.Max(0, (int)z.dim() - shape.Length)];
        for (var i = 0; i < several.Length; i++)
            several[i] = z.size(i);                                                              // a step allocates less without z.shape
        Shape.Expect(z, [.. several, .. shape], "z");
        var codes = (hierarchy is null ? latent.Nearest(z) : z.narrow(-1, 0, hierarchy.Decoded)).reshape(rows);   // [N, *]
        var told = Repeat(labels, several);                                                      // [N]
        using var pass = BatchStatistics.Use(x is null ? null : BatchStatistics.Current);
        var parameters = decoder.call(condition.BesideCode(codes, told)).to_type(float32);       // [N, P, *]
        return likelihood.For(several.Length > 0 ? parameters.unflatten(0, several) : parameters.squeeze(0), x);
    }

    // Classes, or weights of classes, for each of some codes: [.., B] → [N], or [.., B, K] → [N, K].
    private static Tensor? Repeat(Tensor? labels, long[] batch) => labels is not null && labels.is_floating_point()
        ? labels.expand([.. batch, labels.size(-1)]).flatten(0, -2)
        : labels?.expand(batch).reshape(-1);

    private Distribution PriorOf(Tensor? labels, Progress progress, Device device) => prior.For((x, told) =>
    {
        using var averages = BatchStatistics.Use(null);                                          // else p(z) were another in training
        return Recognise(new Batch(x, told), progress).Topmost;
    }, labels, device);
}
