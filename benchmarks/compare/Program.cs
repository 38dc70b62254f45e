using VaeSharp.Benchmarks;

if (args is ["worker", .. var job])
{
    Console.WriteLine(Ours.Do(Job.Parse(job)).ToLine());
    return 0;
}
try
{
    var options = Options.Parse(args);
    if (options is null)
    {
        Console.WriteLine(Options.Help);
        return 0;
    }
    Report.Machine(options.Threads);
    using var comparison = new Comparison(options);
    comparison.Run();
    return 0;
}
catch (Exception failure) when (failure is IOException or ArgumentException)
{
    Console.Error.WriteLine(failure.Message);
    return failure is ArgumentException ? 2 : 1;
}
