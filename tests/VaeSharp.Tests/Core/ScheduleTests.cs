namespace VaeSharp.Tests;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("4")]
    [InlineData("linear:0..4@10epochs")]
    [InlineData("cyclic:0.1..1@2000steps")]
    [InlineData("sigmoid:-1..1E-05@3epochs")]
    public void Text_form_round_trips(string text) => Assert.Equal(text, Schedule.Parse(text).ToString());
}
