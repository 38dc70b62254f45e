namespace VaeSharp.Data;

/// <summary>Which of two sequences of drawn digits: they share no random number.</summary>
public enum DigitStream
{
    /// <summary>Examples to train on.</summary>
    Train,

    /// <summary>Examples to test on.</summary>
    Test,
}
