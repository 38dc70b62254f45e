using System.Buffers.Binary;
using System.Diagnostics;
using VaeSharp.Interop;

namespace VaeSharp.Tests.Interop;

/// <summary>Small files with random damage are read or refused, soon and without memory.</summary>
public sealed class KerasFuzzTests : IDisposable
{
    private const int Cases = 500;

    private readonly Scratch files = new();

    [Theory, InlineData(false), InlineData(true)]
    public void A_damaged_file_of_ours_is_read_or_refused(bool legacy)
    {
        var kernel = NdArray.From([1f, 2f, 3f, 4f], 2, 2);
        var models = new[] { new KerasModel("encoder", "functional", [new("a", "dense", [kernel]), new("b", "dense", [kernel])]) };
        if (legacy)
            KerasWeights.WriteLegacy(files["a.h5"], ["in"], models);
        else
            KerasWeights.Write(files["a.h5"], "vae", [new("in", "input_layer", [])], models);
        Damage(File.ReadAllBytes(files["a.h5"]), seed: legacy ? 1 : 2);
    }

    [Theory]
    [InlineData("earliest", "chunks=(2, 3), compression='gzip', shuffle=True")]
    [InlineData("latest", "chunks=(2, 3), compression='gzip', shuffle=True")]
    [InlineData("latest", "chunks=(5, 7), compression='gzip'")]
    [InlineData("earliest", "")]
    public void A_damaged_file_of_h5py_is_read_or_refused(string version, string how)
    {
        Python.Run($$"""
            with h5py.File(a[0], 'w', libver=a[1]) as f:
                for i in range(10):
                    v = f.create_group(f'layers/dense_{i}/vars')
                    v.attrs['name'] = f'layer{i}'
                    v.create_dataset('0', data=np.ones((5, 7), 'f4'), {{how}})
            """, files["a.h5"], version);
        Damage(File.ReadAllBytes(files["a.h5"]), seed: 3);
    }

    public void Dispose() => files.Dispose();

    private void Damage(byte[] whole, int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            var bytes = Damaged(whole, random);
            var path = files.Write("b.h5", bytes);
            var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            Assert.True(Scratch.ReadsOrRefuses(() =>
            {
                refused++;
                Scratch.Keras(path);
                refused--;
            }));
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"Case {i} of seed {seed} took {watch.Elapsed}.");
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < (16 << 20) + 64L * bytes.Length, $"Case {i} of seed {seed} took {taken:N0} bytes.");
        }
        Assert.InRange(refused, Cases / 20, Cases - 1);                             // else the damage does not hit what it should
    }

    // Bits, and eight bytes at once: nothing, everything, a place in the file, this very place.
    private static byte[] Damaged(byte[] whole, Random random)
    {
        var bytes = (byte[])whole.Clone();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(bytes.Length - 8);
            if (random.Next(2) == 0)
                bytes[at] ^= (byte)(1 << random.Next(8));
            else
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), random.Next(5) switch
                {
                    0 => 0,
                    1 => ulong.MaxValue,
                    2 => 1UL << random.Next(64),
                    3 => (ulong)random.Next(bytes.Length),
                    _ => (ulong)at,
                });
        }
        return random.Next(20) == 0 ? bytes[..random.Next(9, bytes.Length)] : bytes;
    }
}
