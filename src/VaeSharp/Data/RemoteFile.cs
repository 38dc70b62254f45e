namespace VaeSharp.Data;

/// <summary>A file that is known before it is there.</summary>
/// <param name="Name">Its name, the same on every mirror.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal digits.</param>
public sealed record RemoteFile(string Name, long Bytes, string Sha256);
