using VaeSharp.Cli.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

// Trainings share libtorch's threads: two at once would be slower than one behind the other.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TrainedRuns))]
