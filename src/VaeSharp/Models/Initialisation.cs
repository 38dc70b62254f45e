namespace VaeSharp.Models;

/// <summary>Draws the starting values of a model.</summary>
public static class Initialisation
{
    /// <summary>Draws the starting values of every part of a module, in the order of the parts' names.</summary>
    public static void Initialise(this nn.Module module, Noise noise)
    {
        foreach (var (_, part) in module.named_modules().OrderBy(part => part.name, StringComparer.Ordinal))
        {
            if (part is IInitialised initialised)
                initialised.Initialise(noise);
        }
    }
}
