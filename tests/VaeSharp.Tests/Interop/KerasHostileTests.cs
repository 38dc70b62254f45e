using System.IO.Compression;
using System.Text;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>Files of strangers: each attack is refused in a line, and nothing else happens.</summary>
public sealed class KerasHostileTests : IDisposable
{
    private const string Layer = """
        def layer(parent, path, *weights, **how):
            v = parent.create_group(path + '/vars')
            for i, x in enumerate(weights): v.create_dataset(str(i), data=x, **how)
            return v
        def old(f, names, weights):
            f.attrs['layer_names'] = np.array(names, 'S')
            for n in names: f.create_group(n).attrs['weight_names'] = np.array(weights, 'S')

        """;

    private readonly Scratch files = new();

    public static TheoryData<string> Versions => ["earliest", "latest"];

    [Theory]
    [InlineData("layer(f, 'layers/dense'); f['layers/dense/vars/0'] = h5py.SoftLink('/layers')", "link to another place")]
    [InlineData("layer(f, 'layers/dense'); f['layers/dense/vars/0'] = h5py.SoftLink('0')", "link to another place")]
    [InlineData("layer(f, 'layers/dense'); f['layers/dense/vars/0'] = h5py.ExternalLink(a[2], '/x')", "link to another place")]
    [InlineData("old(f, ['a'], ['a/kernel:0']); f['a/a'] = h5py.ExternalLink(a[2], '/')", "link to another place")]
    [InlineData("layer(f, 'layers/dense').create_dataset('0', (4,), 'f4', external=[(a[2], 0, 16)])", "another file")]
    [InlineData(
        "v = h5py.VirtualLayout(4, 'f4'); v[:] = h5py.VirtualSource(a[2], 'x', 4); layer(f, 'layers/d').create_virtual_dataset('0', v)",
        "other data sets")]
    public void Nothing_leads_to_other_files_or_places(string program, string expected)
    {
        Python.Run("h5py.File(a[0], 'w')['x'] = np.arange(4, dtype='f4')", files["other.h5"]);
        foreach (var version in new[] { "earliest", "latest" })
        {
            var path = Written(Layer + "f = h5py.File(a[0], 'w', libver=a[1])\n" + program + "\nf.close()", version, files["other.h5"]);
            using (File.Open(files["other.h5"], FileMode.Open, FileAccess.Read, FileShare.None))
                Assert.Contains(expected, Scratch.Refused(path, () => Scratch.Keras(path)));
        }
    }

    [Theory]
    [InlineData("f['layers/dense/layers'] = f['layers']", "in it twice")]
    [InlineData("f['layers/x'] = f['layers']", "in it twice")]
    [InlineData("layer(f, 'layers/dense_1'); f['layers/dense_1/vars/0'] = f['layers/dense/vars/0']", "in it twice")]
    [InlineData("layer(f, '/'.join(['layers/functional'] * 40))", "deep")]
    [InlineData("for i in range(10_001): layer(f, f'layers/dense_{i}')", "layers")]
    public void Structures_without_an_end_have_one(string program, string expected)
    {
        foreach (var version in new[] { "earliest", "latest" })
        {
            const string Begin = "f = h5py.File(a[0], 'w', libver=a[1]); layer(f, 'layers/dense', np.zeros(2, 'f4'))\n";
            var path = Written(Layer + Begin + program + "\nf.close()", version);
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Scratch.Keras(path)).Message);
        }
    }

    [Fact]
    public void Headers_and_trees_that_lead_back_to_themselves_end()
    {
        var whole = File.ReadAllBytes(Written(Layer + "with h5py.File(a[0], 'w') as f: layer(f, 'layers/dense', np.zeros(2, 'f4'))"));
        var header = (byte[])whole.Clone();
        var at = BitConverter.ToInt32(whole, 64) + 16;                              // the root's first message: the header goes on here
        byte[] goesOn = [0x10, 0, 16, 0, 0, 0, 0, 0, .. BitConverter.GetBytes((long)at), .. BitConverter.GetBytes(24L)];
        goesOn.CopyTo(header, at);
        Assert.Contains("back into itself", Scratch.Refused("b.h5", () => Scratch.Keras(files.Write("b.h5", header))));

        var tree = (byte[])whole.Clone();
        at = whole.AsSpan().IndexOf("TREE"u8);
        tree[at + 5] = 1;                                                           // a node above others, the first of which is this one
        BitConverter.GetBytes((long)at).CopyTo(tree, at + 32);
        Assert.Contains("back into itself", Scratch.Refused("c.h5", () => Scratch.Keras(files.Write("c.h5", tree))));
    }

    [Theory, MemberData(nameof(Versions))]
    public void A_claim_of_terabytes_takes_no_memory(string version)
    {
        var gzip = "compression='gzip'";
        foreach (var how in new[] { "chunks=(1 << 20,)", $"chunks=(1 << 20,), {gzip}", $"chunks=(1 << 28,), {gzip}", "" })
        {
            var path = Written(Layer + $$"""
                f = h5py.File(a[0], 'w', libver=a[1]); layer(f, 'layers/dense').create_dataset('0', (1 << 40,), 'f4', {{how}})
                f.close()
                """, version);
            Scratch.Refused(path, () => Scratch.Keras(path));
        }
    }

    [Fact]
    public void Data_of_one_array_is_not_that_of_many()
    {
        // Two thousand names for one array of 4 MB would take 8 GB.
        var path = Written(Layer + """
            f = h5py.File(a[0], 'w'); names = [f'{i}/kernel:0' for i in range(2000)]
            old(f, ['a'], names); f['x'] = np.zeros(1 << 20, 'f4')
            for n in names: f['a'].create_group(n.split('/')[0])['kernel:0'] = f['x']
            f.close()
            """);
        Assert.Contains("claim more data", Scratch.Refused(path, () => Scratch.Keras(path)));
    }

    [Theory]
    [InlineData("layer(f, 'layers/dense', np.zeros(64, 'f4'), chunks=(8,), compression='lzf')", "filter 32000")]
    [InlineData("layer(f, 'layers/dense', np.zeros(64, 'f4'), chunks=(8,), fletcher32=True)", "filter 3")]
    [InlineData("layer(f, 'layers/dense', np.zeros(64, 'c8'))", "type that is not read")]
    [InlineData("layer(f, 'layers/dense').create_dataset('0', (4,), 'f4')", "never written")]
    [InlineData("layer(f, 'layers/dense').create_dataset('0', (4, 4), 'f4', chunks=(2, 2))[:2] = 1", "2 of 4 chunks")]
    [InlineData("layer(f, 'layers/dense').create_dataset('0', data=h5py.Empty('f4'))", "no elements")]
    [InlineData("old(f, ['a', 'a'], [])", "has no 'a'")]
    [InlineData("old(f, ['a'], ['a/kernel:0'])", "has no 'a/a'")]
    [InlineData("old(f, ['a'], ['/'])", "without a name")]
    [InlineData("f['x'] = 1", "none of Keras weights")]
    public void What_is_not_read_is_refused(string program, string expected)
    {
        var path = Written(Layer + "f = h5py.File(a[0], 'w')\ntry:\n    " + program + "\nexcept ValueError: del f['a']\nf.close()");
        Assert.Contains(expected, Scratch.Refused(path, () => Scratch.Keras(path)));
    }

    [Fact]
    public void Arrays_that_can_grow_are_refused_in_the_latest_version()
    {
        var path = Written(Layer + """
            with h5py.File(a[0], 'w', libver='latest') as f:
                layer(f, 'layers/dense', np.zeros((4, 4)), chunks=(2, 2), maxshape=(None, 4))
            """);
        Assert.Contains("fixed size", Scratch.Refused(path, () => Scratch.Keras(path)));
    }

    [Fact]
    public void Archives_are_read_in_memory_and_checked()
    {
        Assert.Contains("neither", Scratch.Refused("a", () => Scratch.Keras(files.Write("a", "hello"u8.ToArray()))));
        Assert.Contains("neither", Scratch.Refused("empty", () => Scratch.Keras(files.Write("empty"))));
        Assert.Throws<FileNotFoundException>(() => Scratch.Keras(files["none.h5"]));
        Assert.Contains("zip archive without", Scratch.Refused("b.keras", () => Scratch.Keras(Zipped("b.keras", ("config.json", [])))));
        Assert.Contains("in parts", Scratch.Refused("c.keras", () => Scratch.Keras(Zipped("c.keras", ("model.weights.json", [])))));
        var zeros = Zipped("d.keras", ("model.weights.h5", new byte[100]));
        Assert.Contains("no HDF5", Scratch.Refused("d.keras", () => Scratch.Keras(zeros)));
        var path = Zipped("e.keras", ("model.weights.h5", Encoding.ASCII.GetBytes("unmistakable")));
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("unmistakable"u8)] = (byte)'X';
        Assert.Contains("checksum", Scratch.Refused("e.keras", () => Scratch.Keras(files.Write("e.keras", bytes))));
        Assert.Contains("unpacked", Scratch.Refused("f.keras", () => Scratch.Keras(files.Write("f.keras", bytes[..40]))));
    }

    [Fact]
    public void Only_files_of_Keras_are_taken_for_such()
    {
        NpzFile.Write(files["x.npz"], [new("x", NdArray.From([1f], 1))]);
        Assert.False(KerasWeights.IsKeras(files["x.npz"]));
        Assert.False(KerasWeights.IsKeras(files.Write("empty")));
        Assert.False(KerasWeights.IsKeras(files.Write("text", "PK\x3\x4"u8.ToArray())));
        Assert.True(KerasWeights.IsKeras(Zipped("a.keras", ("config.json", []))));
        Assert.True(KerasWeights.IsKeras(files.Write("cut.keras", File.ReadAllBytes(files["a.keras"])[..40])));
        Assert.False(KerasWeights.IsKeras(files.Write("cut.npz", File.ReadAllBytes(files["x.npz"])[..40])));
        Assert.False(KerasWeights.IsKeras(files.Write("text.keras", "hello"u8.ToArray())));
        KerasWeights.Write(files["a.weights.h5"], "a", [], []);
        Assert.True(KerasWeights.IsKeras(files["a.weights.h5"]));
        Assert.Throws<FileNotFoundException>(() => KerasWeights.IsKeras(files["none"]));
    }

    public void Dispose() => files.Dispose();

    private string Zipped(string name, params (string Name, byte[] Content)[] entries)
    {
        using var archive = ZipFile.Open(files[name], ZipArchiveMode.Create);
        foreach (var (entryName, content) in entries)
        {
            using var entry = archive.CreateEntry(entryName, CompressionLevel.NoCompression).Open();
            entry.Write(content);
        }
        return files[name];
    }

    private string Written(string program, params string[] arguments)
    {
        Python.Run(program, [files["a.h5"], .. arguments]);
        return files["a.h5"];
    }
}
