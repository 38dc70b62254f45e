using System.IO.Compression;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>What other versions of Keras and of HDF5 write, made by h5py.</summary>
public sealed class KerasVariantsTests : IDisposable
{
    private const string Make = """
        w = lambda *s: (np.arange(int(np.prod(s)), dtype='f4') + 1).reshape(s)
        def layer(parent, path, *weights, name=None, **how):
            v = parent.create_group(path + '/vars')
            if name: v.attrs['name'] = name
            for i, x in enumerate(weights): v.create_dataset(str(i), data=x, **how)
            return v
        def old(parent, name, weights, dtype='S'):
            g = parent.create_group(name)
            g.attrs['weight_names'] = np.array([k for k, _ in weights], dtype=dtype) if weights else np.zeros(0)
            for k, x in weights: g.create_dataset(k, data=x)
            return g

        """;

    private readonly Scratch files = new();

    public static TheoryData<string> Versions => ["earliest", "latest"];

    [Theory, MemberData(nameof(Versions))]
    public void Layers_of_a_class_are_sorted_by_number_in_every_version_of_the_format(string version) => Assert.Equal(
        [
            ": dense a 1x2 2, dense b 2x2 2, dense c 3x2 2, dense d 4x2 2, dense e 5x2 2, dense f 6x2 2, dense g 7x2 2, "
            + "dense h 8x2 2, dense i 9x2 2, dense j 10x2 2, dense k 11x2 2, dense l 12x2 2, flatten flatten",
        ],
        Read("""
            with h5py.File(a[0], 'w', libver=a[1]) as f:
                for i in range(12): layer(f, 'layers/dense' + (f'_{i}' if i else ''), w(i + 1, 2), w(2), name='abcdefghijkl'[i])
                layer(f, 'layers/flatten')
                layer(f, 'optimizer', w(3))
            """, version));

    [Theory, MemberData(nameof(Versions))]
    public void A_thousand_layers_are_read(string version)
    {
        var lines = Read("""
            with h5py.File(a[0], 'w', libver=a[1]) as f:
                for i in range(1000): layer(f, 'layers/dense' + (f'_{i}' if i else ''), w(1, i + 1), name=f'layer{i}')
            """, version);
        Assert.Equal(": " + string.Join(", ", Enumerable.Range(0, 1000).Select(i => $"dense layer{i} 1x{i + 1}")), Assert.Single(lines));
    }

    [Theory, MemberData(nameof(Versions))]
    public void Long_lists_of_names_are_split_over_attributes(string version) => Assert.Equal(
        [":  in", string.Join(", ", Enumerable.Range(0, 12).Select(i => (i == 0 ? "enc: " : "") + $" dense_{11 - i} {i + 1}x1 1"))],
        Read("""
            with h5py.File(a[0], 'w', libver=a[1]) as f:
                f.attrs['layer_names0'], f.attrs['layer_names1'] = np.array(['in'], 'S'), np.array(['enc'], 'S')
                old(f, 'in', [])
                g = old(f, 'enc', [(f'dense_{11 - i}/{k}:0', x) for i in range(12) for k, x in (('kernel', w(i + 1, 1)), ('bias', w(1)))])
                names = g.attrs['weight_names']
                del g.attrs['weight_names']
                for i in range(12): g.attrs[f'weight_names{i}'] = names[2 * i:2 * i + 2]
            """, version));

    [Fact]
    public void Names_of_every_kind_of_text_and_of_every_version_of_Keras_are_read() => Assert.Equal(
        [
            ":  in,  z_mean 2x1 1,  plain 1x1,  top_level_model_weights 2",
            "größe:  inner 2x3 3,  other 3",
            "encoder:  a/b 1x1",
        ],
        Read("""
            with h5py.File(a[0], 'w') as f:
                m = f.create_group('model_weights')
                layer(f, 'optimizer_weights', w(3))
                m.attrs['layer_names'] = ['in', 'z_mean', 'größe', 'encoder', 'plain']
                old(m, 'in', [])
                old(m, 'z_mean', [('z_mean_1/kernel:0', w(2, 1)), ('z_mean_1/bias:0', w(1))])
                inner = [('größe/inner/kernel', w(2, 3)), ('größe/inner/bias', w(3)), ('größe/other/bias', w(3))]
                old(m, 'größe', inner, h5py.string_dtype())
                old(m, 'encoder', [('encoder/a/b/kernel:0', w(1, 1))], h5py.string_dtype('ascii'))
                old(m, 'plain', [('kernel', w(1, 1))], h5py.string_dtype('utf-8', 20))
                old(m, 'top_level_model_weights', [('scale', w(2))])
            """));

    [Theory, InlineData("layers"), InlineData("_layer_checkpoint_dependencies")]
    public void Models_are_found_by_class_and_by_attribute(string layers) => Assert.Equal(
        [
            "decoder: conv2d conv2d 1x1x1x1",
            "head:  up 2x2 2",
            "enc (functional): dense dense 1x2 2",
            "enc/deep (sequential): dense dense_1 2x2",
        ],
        Read("""
            with h5py.File(a[0], 'w') as f:
                top = f.create_group(a[1])
                enc = top.create_group('functional')
                layer(enc, a[1] + '/dense', w(1, 2), w(2))
                layer(enc, a[1] + '/sequential/' + a[1] + '/dense_1', w(2, 2))
                layer(enc, a[1] + '/sequential', name='deep')
                layer(enc, '.', name='enc')
                layer(f, 'decoder/' + a[1] + '/conv2d', w(1, 1, 1, 1))
                layer(f, 'head/up', w(2, 2), w(2))
                layer(f, 'head/up/seed_generator', w(2))
                layer(f, 'loss_tracker', np.float32(1), np.float32(2))
                layer(f, 'optimizer', w(3))
            """, layers));

    [Theory]
    [InlineData("chunks=(2, 3)")]
    [InlineData("chunks=(2, 3), compression='gzip'")]
    [InlineData("chunks=(4, 4), compression='gzip', shuffle=True")]
    [InlineData("chunks=(5, 7), shuffle=True")]
    [InlineData("chunks=(1, 1)")]
    [InlineData("chunks=(1, 1), compression='gzip'")]
    public void Chunked_arrays_are_put_together(string how)
    {
        foreach (var version in new[] { "earliest", "latest" })
        {
            var path = Written($$"""
                with h5py.File(a[0], 'w', libver=a[1]) as f:
                    layer(f, 'layers/dense', w(5, 7), w(70, 60), {{how}})
                    layer(f, 'layers/dense_1', np.asfortranarray(w(2, 3)).astype('>f8'), chunks=(1, 2))
                """, version);
            var layers = Scratch.Keras(path)[0].Layers;
            Assert.Equal(Counted(35), layers[0].Weights[0].ToFloats());
            Assert.Equal(Counted(4200), layers[0].Weights[1].ToFloats());
            Assert.Equal(Counted(6), layers[1].Weights[0].ToFloats());
        }
    }

    [Fact]
    public void Every_precision_is_read()
    {
        var path = Written("""
            with h5py.File(a[0], 'w') as f:
                kinds = [w(3).astype(kind) for kind in ('f2', 'f8', '>f4', 'u4')]
                layer(f, 'layers/dense', *kinds, np.float32(7), np.zeros((0, 3), 'f4'))
                bits = (w(3).view('u4') >> 16).astype('u2')
                layer(f, 'layers/dense_1', bits, bits.view('V2'))
                for i in '01': f['layers/dense_1/vars/' + i].attrs['dtype'] = 'bfloat16'
                space, create = h5py.h5s.create_simple((3,)), h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                create.set_layout(h5py.h5d.COMPACT)
                compact = h5py.h5d.create(layer(f, 'layers/dense_2').id, b'0', h5py.h5t.NATIVE_FLOAT, space, create)
                compact.write(h5py.h5s.ALL, h5py.h5s.ALL, w(3))
            """);
        var layers = Scratch.Keras(path)[0].Layers;
        Assert.Equal(["<f2", "<f8", "<f4", "<u4", "<f4", "<f4"], layers[0].Weights.Select(array => array.DType));
        Assert.All(layers[0].Weights.Take(4), array => Assert.Equal([1, 2, 3], array.ToFloats()));
        Assert.Equal([7], layers[0].Weights[4].ToFloats());
        Assert.Empty(layers[0].Weights[4].Shape);
        Assert.Equal([0, 3], layers[0].Weights[5].Shape);
        Assert.All(layers[1].Weights.Concat(layers[2].Weights), array => Assert.Equal([1, 2, 3], array.ToFloats()));
    }

    [Fact]
    public void What_is_not_trained_comes_last_in_the_older_layout()
    {
        NdArray Of(float value) => NdArray.From([value], 1);
        KerasLayer[] layers =
            [new("bn", "batch_normalization", [Of(1), Of(2), Of(3), Of(4)]), new("dense", "dense", [NdArray.From([5f], 1, 1), Of(6)])];
        KerasWeights.WriteLegacy(files["a.h5"], [], [new("encoder", null, layers)]);
        Assert.Equal(
            "bn/gamma:0 bn/beta:0 dense/kernel:0 dense/bias:0 bn/moving_mean:0 bn/moving_variance:0",
            Python.Run("print(*[n.decode() for n in h5py.File(a[0])['encoder'].attrs['weight_names']])", files["a.h5"]).Trim());
        Assert.Equal(["encoder:  bn 1 1 1 1,  dense 1x1 1"], KerasFilesTests.Shown(Scratch.Keras(files["a.h5"])));
    }

    [Fact]
    public void Names_beyond_an_attribute_are_split_and_found_again()
    {
        var prefix = new string('x', 40);
        var layers = Enumerable.Range(0, 3000).Select(i => new KerasLayer($"{prefix}{i}", null, [NdArray.From([1f * i], 1)])).ToList();
        KerasWeights.WriteLegacy(files["a.h5"], ["in"], [new("enc", null, layers)]);
        Assert.Equal("in enc 3000 3000.0", Python.Run("""
            f = h5py.File(a[0]); enc = f['enc']
            names = [n.decode() for i in range(len(enc.attrs)) for n in enc.attrs[f'weight_names{i}']]
            print(*[n.decode() for n in f.attrs['layer_names']], len(names), 1 + enc[names[-1]][0])
            """, files["a.h5"]).Trim());
        Assert.Equal(layers.Select(layer => layer.Name), Scratch.Keras(files["a.h5"])[1].Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void What_Keras_cannot_name_is_not_written()
    {
        KerasLayer[] twice = [new("a", null, []), new("a", null, [])];
        Assert.Contains("has none", Assert.Throws<ArgumentException>(() => KerasWeights.Write(files["a.h5"], "x", twice, [])).Message);
        Assert.Contains("Two layers", Assert.Throws<ArgumentException>(() =>
            KerasWeights.WriteLegacy(files["a.h5"], ["a", "a"], [])).Message);
        Assert.Contains("cannot be", Assert.Throws<ArgumentException>(() => KerasWeights.WriteLegacy(files["a.h5"], ["a/b"], [])).Message);
        Assert.Contains("within another", Assert.Throws<ArgumentException>(() =>
            KerasWeights.Write(files["a.h5"], "x", [], [new("a/b", "functional", [])])).Message);
        Assert.False(File.Exists(files["a.h5"]));
    }

    [Fact]
    public void A_block_before_the_file_and_an_archive_around_it_are_seen_through()
    {
        var path = Written("""
            with h5py.File(a[0], 'w', userblock_size=2048) as f: layer(f, 'layers/dense', w(2), name='x')
            """);
        Assert.Equal([": dense x 2"], KerasFilesTests.Shown(Scratch.Keras(path)));
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.Optimal })
        {
            using (var archive = ZipFile.Open(files["a.keras"], ZipArchiveMode.Create))
            {
                archive.CreateEntry("config.json");
                archive.CreateEntryFromFile(path, "model.weights.h5", level);
            }
            Assert.True(KerasWeights.IsKeras(path) && KerasWeights.IsKeras(files["a.keras"]));
            Assert.Equal([": dense x 2"], KerasFilesTests.Shown(Scratch.Keras(files["a.keras"])));
            File.Delete(files["a.keras"]);
        }
    }

    public void Dispose() => files.Dispose();

    private static IEnumerable<float> Counted(int count) => Enumerable.Range(1, count).Select(i => (float)i);

    private string[] Read(string program, params string[] arguments) =>
        KerasFilesTests.Shown(Scratch.Keras(Written(program, arguments)));

    private string Written(string program, params string[] arguments)
    {
        Python.Run(Make + program, [files["a.h5"], .. arguments]);
        return files["a.h5"];
    }
}
