using VaeSharp.Samples;

var samples = new Dictionary<string, Action<string>>
{
    ["train-and-plot"] = TrainAndPlot.Execute,
    ["find-neighbours"] = FindNeighbours.Execute,
    ["score-anomalies"] = ScoreAnomalies.Execute,
    ["carry-weights"] = CarryWeights.Execute,
    ["recognise-samples"] = RecogniseSamples.Execute,
};
if (args.Length != 2 || !samples.TryGetValue(args[0], out var sample))
{
    Console.Error.WriteLine($"Usage: dotnet run -c Release --project samples -- ({string.Join(" | ", samples.Keys)}) FOLDER");
    return 2;
}
sample(args[1]);
return 0;
