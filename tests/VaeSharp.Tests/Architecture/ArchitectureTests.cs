using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using VaeSharp.Likelihoods;
using VaeSharp.Posteriors;
using VaeSharp.Specs;

namespace VaeSharp.Tests.Architecture;

/// <summary>The way of the data has one direction, and a few habits hold everywhere.</summary>
public sealed class ArchitectureTests
{
    /// <summary>
    /// The folders that each folder may name. Core, the small values that everyone speaks, is not listed: everyone may. A new folder is a
    /// new line.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = Close(new()
    {
        ["Native"] = [],
        ["Core"] = ["Native"],
        ["Specs"] = [],
        ["Numerics"] = ["Native"],
        ["Optimizers"] = ["Numerics", "Specs"],
        ["Interop"] = [],
        ["Data"] = ["Interop", "Specs", "Native"],
        ["Distributions"] = ["Numerics"],
        ["Networks"] = ["Numerics", "Specs"],
        ["Flows"] = ["Distributions", "Networks"],
        ["Posteriors"] = ["Flows"],
        ["Priors"] = ["Flows"],
        ["Likelihoods"] = ["Flows", "Interop"],
        ["Conditions"] = ["Flows"],
        ["Corruptions"] = ["Specs"],
        ["Hierarchies"] = ["Distributions", "Networks"],
        ["Models"] = ["Posteriors", "Priors", "Likelihoods", "Conditions", "Corruptions", "Hierarchies"],
        ["Objectives"] = ["Models", "Optimizers"],
        ["Zoo"] = ["Objectives"],
        ["Keras"] = ["Models", "Interop"],
        ["Training"] = ["Zoo", "Data", "Keras", "Native"],
        ["Sampling"] = ["Training"],
        ["Evaluation"] = ["Training"],
    });

    public static TheoryData<string> Folders => [.. Sources.Library.Select(file => file.Path.Split('/')[0])
        .Where(name => !name.EndsWith(".cs", StringComparison.Ordinal)).Distinct()];

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_names_only_what_is_below_it(string folder)
    {
        Assert.True(Allowed.ContainsKey(folder), $"src/VaeSharp/{folder} is new: say in this test what it may name.");
        var names = new Regex($@"\bVaeSharp\.({string.Join('|', Allowed.Keys)})\b|(?<![\w.])({string.Join('|', Allowed.Keys)})\.(?=[A-Z])");
        var wrong = from file in Sources.Library
                    where file.Path.StartsWith($"{folder}/", StringComparison.Ordinal)
                    from Match match in names.Matches(file.Code)
                    let other = match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value
                    where other != folder && !Allowed[folder].Contains(other) && IsNamespace(file.Code, match)
                    select $"{file.Path} names {other}";
        Assert.Empty(wrong.Distinct());
    }

    // `Optimizers.Sum(…)` or `Data.Shape` is a member that happens to be called so; a namespace is followed by the name of one of its
    // types.
    private static bool IsNamespace(string code, Match match) =>
        match.Groups[1].Success
            || Types.Contains($"VaeSharp.{match.Groups[2].Value}.{Regex.Match(code[(match.Index + match.Length)..], @"^\w+").Value}");

    private static readonly HashSet<string> Types = [.. typeof(Spec).Assembly.GetTypes().Select(type => type.FullName!)];

    /// <summary>Each file's namespace is that of its folder; Core is the root, and folders within a folder are a matter of order.</summary>
    [Fact]
    public void Namespaces_are_folders()
    {
        var wrong = from file in Sources.Library
                    let found = Regex.Match(file.Code, @"^namespace ([\w.]+);", RegexOptions.Multiline)
                    where found.Success
                    let folder = file.Path.Split('/')[0]
                    where found.Groups[1].Value != (folder == "Core" ? "VaeSharp" : $"VaeSharp.{folder}")
                    select $"{file.Path} is in {found.Groups[1].Value}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_file_is_longer_than_four_hundred_lines() =>
        Assert.Empty(Sources.Files("src").Where(file => File.ReadLines(file).Count() > 400)
            .Select(file => Path.GetRelativePath(Sources.Root, file)));

    /// <summary>Wider are only texts of raw literals, where a new line would be part of the text; their files stand here.</summary>
    [Fact]
    public void No_line_is_longer_than_a_hundred_and_forty_characters()
    {
        string[] raw = ["src/VaeSharp.Cli/Gallery/GalleryPages.cs", "src/VaeSharp/Optimizers/Fused.cs"];
        var wide = from folder in (string[])["src", "tests", "benchmarks", "samples"]
                   from file in Sources.Files(folder)
                   let path = Path.GetRelativePath(Sources.Root, file).Replace('\\', '/')
                   where !raw.Contains(path)
                   from line in File.ReadLines(file).Index()
                   where line.Item.Length > 140
                   select $"{path}:{line.Index + 1}";
        Assert.Empty(wide);
    }

    /// <summary>TorchSharp does not guard these calls: a bad shape in one of them ends the process. Numerics has checked ones.</summary>
    [Fact]
    public void Calls_that_abort_the_process_stay_in_Numerics()
    {
        var raw = new Regex(@"\.(matmul|cummax|cummin)\(|autograd\.grad\(");
        Assert.Empty(Sources.Library
            .Where(file => !file.Path.StartsWith("Numerics/", StringComparison.Ordinal) && raw.IsMatch(file.Code))
            .Select(file => file.Path));
    }

    /// <summary>An exception in a gradient of our own ends the process: one class catches it, and one call throws it again.</summary>
    [Fact]
    public void Failures_on_the_way_back_are_caught_in_one_place()
    {
        AssertOnly(@"\b(Single|Multi)TensorFunction\b", "Numerics/GuardedFunction.cs");
        AssertOnly(@"\.backward\(", "Numerics/Backward.cs");

        static void AssertOnly(string pattern, string path) =>
            Assert.Equal([path], Sources.Library.Where(file => Regex.IsMatch(file.Code, pattern)).Select(file => file.Path));
    }

    /// <summary>Noise comes from one source, which a test can replace.</summary>
    [Fact]
    public void Random_numbers_come_from_Noise()
    {
        var random = new Regex(@"(?<![\w.])(randn|rand|randint|randperm|normal|bernoulli|multinomial)(_like)?\(|"
            + @"\.(normal_|uniform_|bernoulli|bernoulli_|random_|multinomial)\(|manual_seed|new Random\(|Random\.Shared");
        Assert.Empty(Sources.Library.Where(file => file.Path != "Core/Noise.cs" && random.IsMatch(file.Code)).Select(file => file.Path));
    }

    /// <summary>
    /// A tensor in a field of a module is saved with the weights, whether that was meant or not. Those that are meant stand here.
    /// </summary>
    [Fact]
    public void Tensors_in_fields_are_buffers_that_are_meant()
    {
        string[] meant = [$"{nameof(OptimalGaussianLikelihood)}.variance", "BatchNormalisation.mean", "BatchNormalisation.variance",
            "FrozenConvolution.weight", "FrozenConvolution.bias", $"{nameof(RiemannianPosterior)}.centroids",
            $"{nameof(RiemannianPosterior)}.factors", "GradientCodebook.silence", "MovingAverageCodebook.codes",
            "MovingAverageCodebook.usage", "MovingAverageCodebook.silence"];
        var found = from module in Modules
                    from field in Fields(module)
                    where field.FieldType == typeof(Tensor)
                    select $"{module.Name}.{field.Name}";
        Assert.Equal(meant.Order(), found.Order());
    }

    /// <summary>Names of fields are the names in the weight file: plain words, from no property and no constructor's parameter.</summary>
    [Fact]
    public void Fields_of_modules_that_hold_weights_have_plain_names()
    {
        var found = from module in Modules
                    from field in Fields(module)
                    where field.FieldType.IsAssignableTo(typeof(nn.Module)) || field.FieldType.IsAssignableTo(typeof(Tensor))
                    where !Regex.IsMatch(field.Name, "^[a-z][A-Za-z0-9]*$") || !field.IsInitOnly
                    select $"{module.Name}.{field.Name}";
        Assert.Empty(found);
    }

    /// <summary>Registration runs once, in the leaf: a class between would hide its heirs' weights.</summary>
    [Fact]
    public void Modules_are_abstract_or_sealed() =>
        Assert.Empty(Modules.Where(module => !module.IsAbstract && !module.IsSealed).Select(module => module.Name));

    /// <summary>Specs are values: sealed records, whose properties are set once, with a constructor that needs nothing.</summary>
    [Fact]
    public void Specs_are_immutable()
    {
        var specs = typeof(Spec).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Spec)) && !type.IsAbstract).ToList();
        Assert.All(specs, type => Assert.True(type.IsSealed, type.Name));
        Assert.All(specs, type => Assert.NotNull(type.GetConstructor(Type.EmptyTypes)));
        var settable = specs.SelectMany(SpecProperties.Of)
            .Where(property => !property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)));
        Assert.Empty(settable.Select(property => $"{property.DeclaringType!.Name}.{property.Name}"));
    }

    private static IEnumerable<Type> Modules => typeof(Spec).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(nn.Module)));

    private static FieldInfo[] Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly);

    // What may be named through another folder may be named.
    private static Dictionary<string, string[]> Close(Dictionary<string, string[]> direct)
    {
        IEnumerable<string> Below(string folder) => direct[folder].SelectMany(below => Below(below).Prepend(below));
        return direct.Keys.ToDictionary(folder => folder, folder => Below(folder).Distinct().ToArray());
    }
}
