using VaeSharp.Interop;
using VaeSharp.Specs;

namespace VaeSharp.Training;

/// <summary>The whole state of a training in one file, and the best weights in another.</summary>
internal static class Checkpoint
{
    private const string CountersKey = "counters";
    private const string NoiseName = "noise";
    private const string ExperimentKey = "experiment";
    private const string OriginKey = "fitted-to";

    /// <summary>Writes all that a training continues from.</summary>
    public static void Save(TrainingSession session, RunFolder folder, string fingerprint, Experiment experiment)
    {
        var counters = session.Counters;
        (counters.Reductions, counters.Waited) = (session.LearningRate.Reductions, session.LearningRate.Waited);
        (counters.Sums, counters.Weights) = (new(session.Means.State.Sums), new(session.Means.State.Weights));
        var tensors = State(session).Select(tensor => TensorFiles.Store(tensor.Key, tensor.Value))
            .Append(TensorFiles.Store(NoiseName, session.Noise.State));
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            [CountersKey] = counters.ToJson(),
            [DataSpecJson.Key] = DataSpecJson.Write(session.Model.Data),
            ["fingerprint"] = fingerprint,
            [ExperimentKey] = Identity(experiment),
            [OriginKey] = session.Learner.Origin,
        };
        folder.Write(Path.GetFileName(folder.Checkpoint), stream => SafeTensors.Write(stream, [.. tensors], metadata));
    }

    /// <summary>Puts a training back to where its checkpoint was written. Without a checkpoint it stays at its start.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or belongs to another model or other data.</exception>
    public static void Restore(TrainingSession session, RunFolder folder, string fingerprint, Experiment experiment)
    {
        if (!File.Exists(folder.Checkpoint))
        {
            RunFolder.ExpectTraining(folder.Path);
            return;
        }
        using var file = SafeTensorsFile.Open(folder.Checkpoint);
        if (file.Metadata.GetValueOrDefault("fingerprint") != fingerprint)
            throw new InvalidDataException($"The data are not those that run '{folder.Path}' was trained on. "
                + "Restore them, or start a new run.");
        if (file.Metadata.GetValueOrDefault(OriginKey, "") != session.Learner.Origin)
            throw new InvalidDataException($"'{folder.Path}' was begun with other weights of the model than there are now. Begin anew.");
        if (file.Metadata.GetValueOrDefault(ExperimentKey) != Identity(experiment))
            throw new InvalidDataException($"'{folder.Experiment}' was changed after the checkpoint was written. "
                + "Undo that, or start a new run with --config.");
        var counters = Counters.FromJson(file.Metadata.GetValueOrDefault(CountersKey, ""));
        if (file.Find(NoiseName) is not { DType: "U8" } noise || noise.Length != session.Noise.State.Length)
            throw new InvalidDataException($"'{folder.Checkpoint}' holds no random state that can be continued.");
        var state = State(session);
        state[NoiseName] = zeros(noise.Length, uint8);
        TensorFiles.Fill(file, folder.Checkpoint, prefix: "", state);
        session.Noise.State = file.Read(NoiseName);
        session.Counters = counters;
        (session.LearningRate.Reductions, session.LearningRate.Waited) = (counters.Reductions, counters.Waited);
        session.Means.State = (counters.Sums, counters.Weights);
    }

    /// <summary>The checksum of the weights that a prior was fitted to, in the metadata of its files; empty in those of a model.</summary>
    public static string OriginOf(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return file.Metadata.GetValueOrDefault(OriginKey, "");
    }

    /// <summary>Writes the weights that later verbs open.</summary>
    /// <param name="learned">What has the weights: a model, or a prior that was fitted to one.</param>
    /// <param name="data">What one example is.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="imported">The file that they were imported from.</param>
    /// <param name="origin">Of a fitted prior, the checksum of the weights that it was fitted to.</param>
    public static void SaveWeights(nn.Module learned, DataSpec data, RunFolder folder, string imported = "", string origin = "")
    {
        var tensors = learned.state_dict().Select(tensor => TensorFiles.Store(tensor.Key, tensor.Value));
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [DataSpecJson.Key] = DataSpecJson.Write(data) };
        if (imported.Length > 0)
            metadata[WeightFiles.Imported] = imported;
        if (origin.Length > 0)
            metadata[OriginKey] = origin;
        folder.Write(Path.GetFileName(folder.Weights), stream => SafeTensors.Write(stream, [.. tensors], metadata));
    }

    /// <summary>
    /// The experiment as far as going on must find it unchanged: a run may go on for longer, on other threads and another device.
    /// </summary>
    private static string Identity(Experiment experiment)
    {
        var training = new TrainingSpec();
        var same = experiment with
        {
            Training = experiment.Training with { Epochs = training.Epochs, Threads = training.Threads, Device = training.Device },
        };
        return SpecWriter.ToJson(same).ToJsonString();
    }

    private static Dictionary<string, Tensor> State(TrainingSession session)
    {
        var model = session.Learner.Learned.state_dict().Select(tensor => ($"model.{tensor.Key}", tensor.Value));
        var objective = session.Objective.state_dict().Select(tensor => ($"objective.{tensor.Key}", tensor.Value));
        var optimizers = session.Players.SelectMany(player => player.State).Select(tensor => ($"optimizer.{tensor.Name}", tensor.Value));
        var averages = session.Average.State.Select(tensor => ($"average.{tensor.Name}", tensor.Value));
        return model.Concat(objective).Concat(optimizers).Concat(averages).ToDictionary(tensor => tensor.Item1, tensor => tensor.Item2);
    }
}
