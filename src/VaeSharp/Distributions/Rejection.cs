namespace VaeSharp.Distributions;

/// <summary>Makes a draw for a place of the numbers in a row of this round's noise, and tells whether it is accepted.</summary>
internal delegate bool Proposal(int place, int row, out double draw);

/// <summary>Draws by rejection, in double precision.</summary>
internal static class Rejection
{
    /// <summary>Half of the distance of uniform numbers in single precision: what is added to them is neither 0 nor 1.</summary>
    public const double Half = 1.0 / (1 << 25);

    private const int MostRounds = 1000;                                                         // each takes half of what is left, or more

    /// <summary>Draws for some places: proposals are made for all that are left until each has one that is accepted.</summary>
    /// <param name="count">Number of places.</param>
    /// <param name="exists">Whether a place has a distribution; the others get NaN.</param>
    /// <param name="round">Draws the noise for a number of rows, and makes proposals of it.</param>
    /// <param name="what">What is drawn, for the error.</param>
    public static double[] Draw(long count, Func<int, bool> exists, Func<int, Proposal> round, string what)
    {
        var draws = new double[count];
        Array.Fill(draws, double.NaN);
        var left = Enumerable.Range(0, draws.Length).Where(exists).ToArray();
        for (var i = 0; left.Length > 0; i++)
        {
            if (i == MostRounds)
                throw new InvalidOperationException($"{left.Length} {what} were rejected {MostRounds} times.");
            var propose = round(left.Length);
            left = [.. left.Where((place, row) => !propose(place, row, out draws[place]))];
        }
        return draws;
    }
}
