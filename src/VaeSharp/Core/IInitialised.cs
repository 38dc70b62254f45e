namespace VaeSharp;

/// <summary>A module that starts from random numbers.</summary>
public interface IInitialised
{
    /// <summary>Draws the starting values.</summary>
    void Initialise(Noise noise);
}
