namespace VaeSharp.Data;

/// <summary>Which of a data set's two sequences of drawn digits: they share no random number.</summary>
public enum DigitSplit
{
    /// <summary>Examples to train on.</summary>
    Train,

    /// <summary>Examples to test on.</summary>
    Test,
}
