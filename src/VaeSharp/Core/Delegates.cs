namespace VaeSharp;

/// <summary>log p(x, z) of the current batch, for posteriors that follow it: z [S, B, *] → [S, B].</summary>
public delegate Tensor LogJoint(Tensor z);
