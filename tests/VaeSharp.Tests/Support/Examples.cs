using System.Text.Json.Nodes;
using VaeSharp.Objectives;
using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Support;

/// <summary>Labelled 8 × 8 images, and models that are small enough to try everything on them.</summary>
internal static class Examples
{
    public static DataSpec Images(int channels = 1, int side = 8) =>
        new(channels, side, side) { Levels = 256, ClassNames = ["bar", "box", "dot"] };

    /// <summary>Images whose pixels are 0 or 1, with labels: the examples of any bounded data. The same for the same seed.</summary>
    public static Batch Batch(int count = 16, int channels = 1, int side = 8, long seed = 100)
    {
        using var noise = new SeededNoise(seed);
        var x = (noise.Uniform([count, channels, side, side], CPU) < 0.4).to_type(float32);
        return new Batch(x, arange(count, dtype: int64).remainder(3));
    }

    /// <summary>The objective of a model of these images, grey and 8 × 8.</summary>
    public static Objective BuildObjective(this VaeSpec spec, Noise noise) => spec.BuildObjective(Images(), noise);

    /// <summary>A bound that owns no critic, and so is the same for all codes and data.</summary>
    public static Objective Build(this BoundSpec spec) => spec.Build(new LatentSpace(1), new DataSpec(1));

    /// <summary>
    /// The same choices with every width, depth and number of channels and latent units at most 16, whatever parts they are made of.
    /// </summary>
    public static VaeSpec Shrink(VaeSpec spec)
    {
        var json = SpecWriter.ToJson(spec);
        Narrow(json);
        return SpecReader.Read<VaeSpec>(json);
    }

    private static long Number(JsonNode? value) => long.Parse(value!.ToJsonString());

    private static void Narrow(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (key, value) in members.ToList())
                {
                    if (key is "width" or "hidden" or "channels" or "latent")
                        members[key] = value is JsonArray list
                            ? new JsonArray([.. list.Select(item => (JsonNode)Math.Min(8, Number(item)))])
                            : Math.Min(16, Number(value));
                    else if (key is "layers")
                        members[key] = Math.Min(2, Number(value));
                    else
                        Narrow(value);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                    Narrow(item);
                break;
        }
    }
}
