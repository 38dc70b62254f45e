namespace VaeSharp.Data;

/// <summary>Handwritten-looking digits that are drawn, not downloaded: 60,000 + 10,000 grey pictures of 28 × 28, ten classes.</summary>
/// <remarks>
/// Bytes, ink 255 on 0 as in MNIST, with the ground-truth factors that each was drawn from.
/// The same <see cref="Seed"/> gives the same bytes on every machine. Every ten examples in a row hold each digit once, in random order.
/// <see cref="Digits"/> draws single images; <see cref="DigitFactors"/> says what each factor means.
/// </remarks>
[Part("digits")]
public sealed record DigitsSpec : DatasetSpec
{
    private const int TrainingImages = 60_000;
    private const int TestImages = 10_000;

    /// <summary>Number of images drawn between two reports of progress.</summary>
    private const int Chunk = 1_000;

    /// <summary>Which of many possible data sets is drawn. It is not the run's seed: by default everybody has the same images.</summary>
    public long Seed { get; init; }

    /// <inheritdoc/>
    protected override Dataset? Specimen =>
        Dataset.From(new byte[Digits.Pixels], [1, Digits.Side, Digits.Side], new int[1],
            [.. Enumerable.Range(0, 10).Select(digit => digit.ToString())], "digits");

    /// <inheritdoc/>
    protected override DataSplits Read(DataContext context)
    {
        var wanted = Limit > 0 ? Math.Min(Limit, TrainingImages) : TrainingImages;            // what the limit leaves out need not be drawn
        var (train, test) = (new DrawnDigits(wanted), new DrawnDigits(TestImages));
        var kept = Seed == 0 && wanted == TrainingImages ? KeptDigits.Of(context) : null;
        if (kept?.TryRead(train, test) != true)
        {
            Draw(train, test, context);
            if (kept is not null)
                Task.Run(() => kept.Write(train, test));                                       // nobody has to wait for it
        }
        return new(train.ToDataset(), test.ToDataset());
    }

    private void Draw(DrawnDigits train, DrawnDigits test, DataContext context)
    {
        var (done, reporting) = (0, new Lock());
        Draw(DigitSplit.Train, train);
        Draw(DigitSplit.Test, test);

        void Draw(DigitSplit split, DrawnDigits digits)
        {
            var options = new ParallelOptions { CancellationToken = context.Cancellation };
            Parallel.For(0, (digits.Count + Chunk - 1) / Chunk, options, chunk =>
            {
                var end = Math.Min(digits.Count, (chunk + 1) * Chunk);
                for (var index = chunk * Chunk; index < end; index++)
                    digits.Draw(Seed, split, index);
                Report(end - chunk * Chunk);
            });
        }

        void Report(int images)
        {
            lock (reporting)
                context.Progress?.Invoke(new("drawing digits", done += images, train.Count + test.Count, "images"));
        }
    }
}
