using System.Diagnostics;

namespace VaeSharp.Tests.Core;

public sealed class ScheduleTests
{
    private sealed class NoNoise : Noise
    {
        public override Tensor Normal(ReadOnlySpan<long> shape, Device device) => throw new NotSupportedException();

        public override Tensor Uniform(ReadOnlySpan<long> shape, Device device) => throw new NotSupportedException();

        public override Tensor Permutation(long count, Device device) => throw new NotSupportedException();
    }

    private static Progress At(double passed, ScheduleUnit unit, bool training = true) => new(new NoNoise())
    {
        Step = unit == ScheduleUnit.Steps ? (long)passed : 12_345,
        Epochs = unit == ScheduleUnit.Epochs ? passed : 6.7,
        Training = training,
    };

    /// <summary>Values at parts of the length, from 2 to 10: fractions by each shape's formula.</summary>
    [Theory]
    [InlineData(ScheduleShape.Linear, 0, 0.25, 0.5, 1, 1)]
    [InlineData(ScheduleShape.Cosine, 0, 0.14644660940672624, 0.5, 1, 1)]                        // (1 − cos π/4) / 2
    [InlineData(ScheduleShape.Sigmoid, 0, 0.0451766, 0.5, 1, 1)]                                   // (σ(−3) − σ(−6)) / (1 − 2σ(−6))
    [InlineData(ScheduleShape.Cyclic, 0, 0.5, 1, 0, 0.5)]                                  // linear for half of each cycle, then at the end
    public void A_schedule_has_its_shape_at_every_point(ScheduleShape shape, double start, double quarter,
        double middle, double end, double beyond)
    {
        foreach (var unit in Enum.GetValues<ScheduleUnit>())
        {
            var schedule = Schedule.Along(shape, 2, 10, 1000, unit);
            double[] fractions = [start, quarter, middle, end, beyond];
            foreach (var (passed, fraction) in new[] { 0.0, 250, 500, 1000, 1250 }.Zip(fractions))
                Assert.Equal(2 + 8 * fraction, schedule.At(At(passed, unit)), 8 * 1e-5);
        }
    }

    /// <summary>A shape never leaves the two ends, and all but the cyclic one never turn back.</summary>
    [Theory, InlineData(ScheduleShape.Linear), InlineData(ScheduleShape.Cosine),
        InlineData(ScheduleShape.Sigmoid), InlineData(ScheduleShape.Cyclic)]
    public void A_schedule_moves_between_its_ends(ScheduleShape shape)
    {
        var schedule = Schedule.Along(shape, -1, 3, 10, ScheduleUnit.Epochs);
        var values = Enumerable.Range(0, 301).Select(i => schedule.At(At(i / 10.0, ScheduleUnit.Epochs))).ToList();
        Assert.All(values, value => Assert.InRange(value, schedule.Least, schedule.Most));
        Assert.Equal(-1, values[0], 1e-12);
        Assert.Equal(3, values.Max(), 1e-12);
        if (shape != ScheduleShape.Cyclic)
            Assert.Equal(values.Order(), values);
        else
            Assert.All(values[..100].Zip(values[100..200]), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory, InlineData(ScheduleShape.Linear), InlineData(ScheduleShape.Cosine),
        InlineData(ScheduleShape.Sigmoid), InlineData(ScheduleShape.Cyclic)]
    public void Outside_training_a_schedule_stands_at_its_end(ScheduleShape shape) =>
        Assert.Equal(10, Schedule.Along(shape, 2, 10, 1000, ScheduleUnit.Steps).At(At(100, ScheduleUnit.Steps, training: false)));

    [Fact]
    public void A_plain_number_stays()
    {
        Schedule four = 4;
        Assert.True(four.IsConstant);
        Assert.Equal([4.0, 4, 4], new[] { 0, 10, 1e9 }.Select(step => four.At(At(step, ScheduleUnit.Steps))));
    }

    [Theory, InlineData(0), InlineData(-3)]
    public void A_way_without_length_is_refused(long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Along(ScheduleShape.Linear, 0, 1, length, ScheduleUnit.Steps));

    [Theory]
    [InlineData("4")]
    [InlineData("-0.25")]
    [InlineData("linear:0..4@10epochs")]
    [InlineData("cosine:1E-05..1E+20@1steps")]
    [InlineData("cyclic:0.1..1@2000steps")]
    [InlineData("sigmoid:-1..1E-05@3epochs")]
    public void Text_form_round_trips(string text) => Assert.Equal(text, Schedule.Parse(text).ToString());

    [Fact]
    public void Every_schedule_is_read_from_its_text()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var schedule = Schedule.Along((ScheduleShape)random.Next(1, 5), Number(), Number(),
                random.NextInt64(1, long.MaxValue), (ScheduleUnit)random.Next(2));
            Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
        }

        double Number() => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));
    }

    /// <summary>One word may be short of a letter, and stand in any case.</summary>
    [Theory, InlineData("LINEAR:0..4@10Epochs"), InlineData(" linear:0..4@10epoch "),
        InlineData("linear:0..4@10 epochs"), InlineData("linear:+0..4.0@10epochs")]
    public void Text_is_read_as_people_write_it(string text) =>
        Assert.Equal(Schedule.Along(ScheduleShape.Linear, 0, 4, 10, ScheduleUnit.Epochs), Schedule.Parse(text));

    [Theory]
    [InlineData(""), InlineData(" "), InlineData("linear"), InlineData("linear:0..4"),
        InlineData("linear:0..4@epochs"), InlineData("linear:0..4@0epochs")]
    [InlineData("linear:0..4@-1epochs"), InlineData("linear:0..4@1.5epochs"),
        InlineData("linear:0..4@99999999999999999999steps"), InlineData("linear:0..4@10")]
    [InlineData("constant:0..4@10epochs"), InlineData("7:0..4@10epochs"), InlineData("linear:1e999..4@10epochs"),
        InlineData("NaN"), InlineData("Infinity")]
    [InlineData("-Infinity"), InlineData("1e999"), InlineData("linear:NaN..4@10epochs"), InlineData("linear:0..4@10epochs;"),
        InlineData("0,5"), InlineData("4..5")]
    [InlineData("linear:1,5..4@10epochs"), InlineData("linear:0..4@10epochs\nlinear:0..4@10epochs"), InlineData("2:0..1@5steps")]
    public void Text_that_is_no_schedule_is_refused_with_an_example(string text) =>
        Assert.Contains("linear:0..4@10epochs", Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message);

    /// <summary>A pattern that can be read in many ways could take exponential time; a megabyte takes moments.</summary>
    [Theory, InlineData("."), InlineData("0."), InlineData("linear:0.."), InlineData("1e+")]
    public void Hostile_text_is_refused_quickly(string part)
    {
        var watch = Stopwatch.StartNew();
        Assert.Throws<FormatException>(() => Schedule.Parse("linear:" + string.Concat(Enumerable.Repeat(part, 20_000))));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
