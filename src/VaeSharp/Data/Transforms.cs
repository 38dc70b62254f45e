namespace VaeSharp.Data;

internal static class Transforms
{
    public static DataSplits Apply(DataSplits splits, DatasetSpec spec, long seed) => splits;
}
