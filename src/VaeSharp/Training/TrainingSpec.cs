using System.ComponentModel.DataAnnotations;
using System.Globalization;
using VaeSharp.Optimizers;

namespace VaeSharp.Training;

/// <summary>Which weights a training keeps.</summary>
public enum KeptWeights
{
    /// <summary>Those of the epoch with the least validation loss; without validation data, those of the last epoch.</summary>
    Best,

    /// <summary>Those of the last epoch, as Keras does: nothing is chosen by the data that it is judged by.</summary>
    Last,
}

/// <summary>How a model is trained.</summary>
public sealed record TrainingSpec : Spec, IValidatableObject
{
    /// <summary>Number of passes over the training data.</summary>
    [Range(1, 1_000_000)]
    public int Epochs { get; init; } = 30;

    /// <summary>Number of examples in a step.</summary>
    [Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 128;

    /// <summary>How gradients move the model.</summary>
    public OptimizerSpec Optimizer { get; init; } = new AdamSpec();

    /// <summary>How the step size changes.</summary>
    public LearningRateSpec Schedule { get; init; } = new ConstantLearningRate();

    /// <summary>Norm that longer gradients are shortened to; 0 leaves them.</summary>
    [Range(0, 1e9)]
    public double ClipNorm { get; init; }

    /// <summary>
    /// Number of epochs without a better validation loss after which training ends, counted from where the model's schedules stand: a bound
    /// that is warming up is not done. 0 trains all epochs.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Patience { get; init; }

    /// <summary>
    /// Decay of the running average of the weights that is validated and kept; 0 keeps the weights themselves. Usual: 0.999.
    /// </summary>
    [Range(0, 1, MaximumIsExclusive = true)]
    public double AverageDecay { get; init; }

    /// <summary>
    /// What chooses the best weights: a share of the training data such as 0.1, <c>test</c> for the test set, or <c>none</c>.
    /// </summary>
    public string Validation { get; init; } = "0.1";

    /// <summary>Which weights are kept: those of the epoch with the least validation loss, or those of the last epoch.</summary>
    public KeptWeights Keep { get; init; }

    /// <summary>Number format of the products in training steps.</summary>
    public Precision Precision { get; init; }

    /// <summary>Number of processor threads; 0 for one on each core, or what OMP_NUM_THREADS says.</summary>
    [Range(0, 4096)]
    public int Threads { get; init; }

    /// <summary>Where the model is: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> …, or <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The share of the training data that validates, or null where <see cref="Validation"/> is no share.</summary>
    internal double? HeldOut =>
        double.TryParse(Validation, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? share : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Validation is not ("test" or "none") && HeldOut is not (> 0 and < 1))
            yield return new($"must be a share between 0 and 1, 'test' or 'none', got '{Validation}'.", [nameof(Validation)]);
        if (Validation == "none" && (Patience > 0 || Schedule is PlateauLearningRate))
            yield return new("patience and plateau watch the validation loss, and validation is 'none'.");
        if (Keep == KeptWeights.Last && Patience > 0)
            yield return new("patience waits for better weights, and keep is 'last'.");
        if (Device is not ("auto" or "cpu" or "cuda")
            && !(Device.StartsWith("cuda:") && int.TryParse(Device[5..], out var index) && index is >= 0 and < 128))
            yield return new($"must be auto, cpu, cuda or cuda:N, got '{Device}'.", [nameof(Device)]);
    }
}
