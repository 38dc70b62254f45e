namespace VaeSharp;

/// <summary>What exceptions say to people.</summary>
public static class ErrorText
{
    /// <summary>The message without the name of a parameter, which .NET puts behind it.</summary>
    public static string Of(Exception failure) => failure is ArgumentException { ParamName: { } name }
        ? failure.Message.Replace($" (Parameter '{name}')", "")
        : failure.Message;
}
