namespace VaeSharp;

/// <summary>
/// An immutable description that JSON and the command line can name: a part, with its properties, their defaults and their bounds.
/// </summary>
/// <remarks>
/// A property may be a number, a text, a truth value, an enumeration, a <see cref="Schedule"/>, a list of numbers, or a further
/// <see cref="Spec"/>. Bounds are declared with <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>; rules across properties
/// with <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/>. The summary of each property's documentation is its help
/// text.
/// </remarks>
public abstract record Spec;
