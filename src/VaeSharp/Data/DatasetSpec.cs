using System.ComponentModel.DataAnnotations;

using VaeSharp.Specs;

namespace VaeSharp.Data;

/// <summary>Where examples come from and what is done to them before anything sees them.</summary>
[PartKind("data", "data sets", Noun = "data set")]
public abstract record DatasetSpec : Spec
{
    /// <summary>Height and width that images are resized to; 0 keeps their size.</summary>
    [Range(0, 4096)]
    public int Resize { get; init; }

    /// <summary>Whether colour images become grey.</summary>
    public bool Grey { get; init; }

    /// <summary>Whether light and dark are exchanged.</summary>
    public bool Invert { get; init; }

    /// <summary>Whether and how grey levels become 0 and 1.</summary>
    public Binarise Binarise { get; init; }

    /// <summary>Number of training examples to keep, from the first; 0 keeps all.</summary>
    [Range(0, int.MaxValue)]
    public int Limit { get; init; }

    /// <summary>The same, with files named by their full paths: a run can be opened from any folder.</summary>
    public virtual DatasetSpec AtFullPaths() => this;

    /// <summary>The full path of a file or folder; nothing where none is named.</summary>
    protected static string FullPath(string path) => path.Length > 0 ? Path.GetFullPath(path) : "";

    /// <summary>Reads or makes the examples, untransformed.</summary>
    /// <exception cref="IOException">A file is missing or cannot be read; the message says which, and what to do.</exception>
    /// <exception cref="InvalidDataException">A file is not what it claims to be.</exception>
    protected abstract DataSplits Read(DataContext context);

    /// <summary>
    /// An untransformed example with the names of all classes, where these are known without reading anything; null else.
    /// </summary>
    protected virtual Dataset? Specimen => null;

    /// <summary>Reads or makes the examples and applies the transforms.</summary>
    public DataSplits Load(DataContext context) => Transforms.Apply(Read(context), this, context.Seed) with { Source = this };

    /// <summary>What an example is, transforms applied, where that is known without reading anything; null else.</summary>
    public DataSpec? Describe() => Specimen is { } specimen ? Transforms.Apply(new DataSplits(specimen), this, seed: 0).Train.Spec : null;
}

/// <summary>How grey levels become 0 and 1.</summary>
public enum Binarise
{
    /// <summary>They stay as they are.</summary>
    None,

    /// <summary>1 from one half upwards.</summary>
    Threshold,

    /// <summary>Each level is the probability of a 1, drawn once by the data's seed (as in Larochelle and Murray 2011).</summary>
    Static,

    /// <summary>As <see cref="Static"/>, but training examples are drawn anew for each batch (Burda et al. 2016).</summary>
    Dynamic,
}
