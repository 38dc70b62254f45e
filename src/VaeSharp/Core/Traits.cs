namespace VaeSharp;

/// <summary>What a part gives, and what another part may need.</summary>
[Flags]
public enum Traits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The density of a draw is known where the draw was made.</summary>
    DensityAtOwnDraw = 1,

    /// <summary>The density can be evaluated at any point.</summary>
    DensityAnywhere = 2,

    /// <summary>The units are independent, so that a divergence, a density and the variance have a share for each.</summary>
    Factorises = 4,

    /// <summary>Draws have a pathwise gradient.</summary>
    Reparameterised = 8,

    /// <summary>The likelihood is a density of one example, normalised over the data.</summary>
    NormalisedLikelihood = 16,

    /// <summary>Codes are vectors of a Euclidean space.</summary>
    Euclidean = 32,

    /// <summary>Second derivatives exist and are computed.</summary>
    TwiceDifferentiable = 64,

    /// <summary>Nothing in the part learns.</summary>
    Fixed = 128,

    /// <summary>What comes out for an example depends on no other example, in training too.</summary>
    IndependentExamples = 256,

    /// <summary>The mean of a code's distribution is known, not only a point near it.</summary>
    MeanKnown = 512,

    /// <summary>Codes are points of the unit sphere.</summary>
    Spherical = 1024,

    /// <summary>There is one latent variable, and not several above each other.</summary>
    OneVariable = 2048,

    /// <summary>Codes are points of hyperbolic space.</summary>
    Hyperbolic = 4096,

    /// <summary>Codes are choices of categories, each as a vector with a 1 in one place.</summary>
    OneHot = 8192,

    /// <summary>Codes are 0 or 1 in each unit.</summary>
    Binary = 16_384,

    /// <summary>Codes are positive in each unit.</summary>
    Positive = 32_768,

    /// <summary>Codes are shares: positive units that sum to 1.</summary>
    Simplex = 65_536,

    /// <summary>Codes have a continuous part and a discrete one, and divergences a share for each.</summary>
    Mixed = 131_072,

    /// <summary>There are finitely many codes, and their probabilities are what densities are elsewhere.</summary>
    FinitelyMany = 262_144,
}
