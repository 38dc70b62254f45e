using VaeSharp.Training;
using System.Diagnostics;
var w = Stopwatch.StartNew();
var e = Experiment.Of(args.Length > 1 ? args[1] : "vae");
e = e with { Training = e.Training with { Epochs = int.Parse(args[0]), Precision = args.Length > 2 ? Enum.Parse<VaeSharp.Precision>(args[2]) : VaeSharp.Precision.Auto } };
var r = Trainer.Run(e, progress: p => { if (p.EpochEnded || p.Step < 3) Console.WriteLine($"{w.Elapsed.TotalSeconds:F2}s epoch {p.Epoch} {string.Join(" ", p.Train.Select(t => $"{t.Key} {t.Value:F2}"))} | {string.Join(" ", (p.Validation ?? new Dictionary<string,double>()).Select(t => $"{t.Key} {t.Value:F2}"))} {p.SamplesPerSecond:F0}/s left {p.Left}"); });
Console.WriteLine(r);
Console.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
