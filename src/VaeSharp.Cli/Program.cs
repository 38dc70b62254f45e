using VaeSharp.Cli;

using var interrupt = new Interrupt();
return CommandLine.Run(args, Terminal.OfProcess(interrupt.Token));
