using VaeSharp.Hierarchies;
using VaeSharp.Networks;
using VaeSharp.Objectives;

namespace VaeSharp.Zoo;

/// <summary>Models with latent variables above each other. Codes are all of them, the data's nearest first.</summary>
[ModelGroup("Hierarchies of codes", 12)]
public static class HierarchyModels
{
    /// <summary>Two variables, both of which the decoder sees; the lower one's prior is told by the upper one.</summary>
    [Model("hierarchical-vae", Paper = "Tomczak and Welling 2018, VAE with a VampPrior, arXiv:1705.07120, section 3",
        Formula = "−E log p(x|z₁, z₂) + KL(q(z₁|x, z₂) ‖ p(z₁|z₂)) + KL(q(z₂|x) ‖ p(z₂))",
        OtherNames = ["two-level-vae", "hvae-2-level", "hierarchical variational autoencoder"],
        Differs = "One network reads x for both posteriors, and one decoder reads both variables, where the paper has a network for each. "
            + "The prior of z₂ is standard normal: prior vamp is the paper's other one. PyTorch-VAE draws z₁ to N(0, I) and has a term for "
            + "p(z₁|z₂) that is no density; here each divergence is that of a posterior and its prior.",
        Cost = "A step takes a little more than twice as long as with the code z₁ alone: two networks stand between the variables.")]
    public static VaeSpec HierarchicalVae => new()
    {
        Latent = 40,
        Network = new GatedMlpSpec(),
        Hierarchy = new TwoLevelSpec(),
    };

    /// <summary>The ladder: recognition and generation meet at every level, weighted by their precisions.</summary>
    [Model("ladder-vae", Paper = "Sønderby et al. 2016, Ladder Variational Autoencoders, arXiv:1602.02282",
        Formula = "−E log p(x|z₁) + β Σ_l KL(q(z_l|z_{l+1}, x) ‖ p(z_l|z_{l+1}))",
        OtherNames = ["lvae", "ladder variational autoencoder"],
        Differs = "Three variables of 64, 32 and 16 units; the paper goes on to five, which is 'above' 32, 16, 8 and 4. β rises over 10 "
            + "epochs, the paper's over 200 of 2,000; a shorter training ends with β below 1. After 30 epochs of digits z₁, z₂ and z₃ "
            + "carried 10.8, 5.4 and 6.3 nats. Layers that are next to x do not normalise over the batch, and leaky rectifiers have the "
            + "slope 0.2 everywhere. PyTorch-VAE's divergence lacks the ½ of its logarithm and compares with the encoder's own "
            + "statistics; this one is that of each posterior and its prior.",
        Cost = "A step takes about three times as long as the plain model's: networks have two layers of 512 units, and two more stand "
            + "between the variables.")]
    public static VaeSpec LadderVae => new()
    {
        Latent = 64,
        Network = new MlpSpec { Hidden = [512, 512], Activation = Activation.LeakyRelu },
        Objective = new ElboSpec { Rate = new LevelRate { Beta = Schedule.Along(ScheduleShape.Linear, 0, 1, 10, ScheduleUnit.Epochs) } },
        Hierarchy = new LadderSpec(),
    };
}
