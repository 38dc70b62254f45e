namespace VaeSharp.Models;

/// <summary>Draws the starting values of a model.</summary>
public static class Initialisation
{
    /// <summary>Draws the starting values of a module itself and of every part of it, in the order of the parts' names.</summary>
    public static void Initialise(this nn.Module module, Noise noise)
    {
        var parts = module.named_modules().Where(part => !ReferenceEquals(part.module, module));
        foreach (var (_, part) in parts.Prepend((name: "", module)).OrderBy(part => part.name, StringComparer.Ordinal))
        {
            if (part is IInitialised initialised)
                initialised.Initialise(noise);
        }
    }
}
