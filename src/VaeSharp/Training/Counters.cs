using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeSharp.Training;

/// <summary>Where a training stands: all that a checkpoint keeps beside tensors.</summary>
internal sealed class Counters
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Steps that are done.</summary>
    public long Step { get; set; }

    /// <summary>Whole epochs that are done.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of the current epoch that are done.</summary>
    public int Batch { get; set; }

    /// <summary>The smallest monitored loss.</summary>
    public double BestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The epoch that it was reached in, counted from 1.</summary>
    public int BestEpoch { get; set; }

    /// <summary>The monitored loss of the weights that are kept.</summary>
    public double KeptLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The epoch of the weights that are kept, counted from 1.</summary>
    public int KeptEpoch { get; set; }

    /// <summary>Reductions of the step size.</summary>
    public int Reductions { get; set; }

    /// <summary>Epochs that the schedule has waited.</summary>
    public int Waited { get; set; }

    /// <summary>Seconds of training.</summary>
    public double Seconds { get; set; }

    /// <summary>Sums of the current epoch's terms.</summary>
    public Dictionary<string, double> Sums { get; set; } = [];

    /// <summary>Number of examples that each sum is over.</summary>
    public Dictionary<string, double> Weights { get; set; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, Form);

    /// <exception cref="InvalidDataException">The text holds no counters.</exception>
    public static Counters FromJson(string json)
    {
        try
        {
            var counters = JsonSerializer.Deserialize<Counters>(json, Form);
            if (counters is { Step: >= 0, Epoch: >= 0, Batch: >= 0, Sums: not null, Weights: not null }
                && counters.Sums.Keys.All(counters.Weights.ContainsKey))
                return counters;
        }
        catch (JsonException)
        {
        }
        throw new InvalidDataException("The checkpoint's counters cannot be read. Delete checkpoint.safetensors to train from the start.");
    }
}
