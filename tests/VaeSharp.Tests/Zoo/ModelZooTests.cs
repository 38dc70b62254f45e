using VaeSharp.Specs;
using VaeSharp.Zoo;

namespace VaeSharp.Tests.Zoo;

public sealed class ModelZooTests
{
    /// <summary>A row of a user's own.</summary>
    [Model("mine", Paper = "unpublished", Formula = "the same as the first")]
    public static VaeSpec Mine => new() { Latent = 3 };

    [Fact]
    public void Rows_of_a_users_assembly_are_found_by_name_however_often_it_is_registered()
    {
        ModelZoo.Register(typeof(ModelZooTests).Assembly);
        ModelZoo.Register(typeof(ModelZooTests).Assembly);
        Assert.Equal(3, ModelZoo.Find("mine").Spec.Latent);
        Assert.Single(ModelZoo.Rows, row => row.Name == "mine");
    }

    /// <summary>
    /// The names under which Pythae (above) and PyTorch-VAE (below) have them. HVAE is both: Pythae's Hamiltonian one here, and
    /// PyTorch-VAE's hierarchical one is found in words.
    /// </summary>
    [Theory]
    [InlineData("ae", "AE")]
    [InlineData("vae", "VAE")]
    [InlineData("beta-vae", "BetaVAE")]
    [InlineData("disentangled-beta-vae", "DisentangledBetaVAE")]
    [InlineData("factor-vae", "FactorVAE")]
    [InlineData("beta-tc-vae", "BetaTCVAE")]
    [InlineData("iwae", "IWAE")]
    [InlineData("miwae", "MIWAE")]
    [InlineData("piwae", "PIWAE")]
    [InlineData("ciwae", "CIWAE")]
    [InlineData("planar-vae", "VAE_LinNF")]
    [InlineData("vae-iaf", "VAE_IAF")]
    [InlineData("ms-ssim-vae", "MSSSIM_VAE")]
    [InlineData("wae-mmd", "WAE_MMD")]
    [InlineData("info-vae", "INFOVAE_MMD")]
    [InlineData("vamp-vae", "VAMP")]
    [InlineData("s-vae", "SVAE")]
    [InlineData("poincare-vae", "PoincareVAE")]
    [InlineData("aae", "Adversarial_AE")]
    [InlineData("vae-gan", "VAEGAN")]
    [InlineData("vq-vae", "VQVAE")]
    [InlineData("hvae", "HVAE")]
    [InlineData("rae-l2", "RAE_L2")]
    [InlineData("rae-gp", "RAE_GP")]
    [InlineData("rhvae", "RHVAE")]
    [InlineData("hrq-vae", "HRQVAE")]
    [InlineData("vae", "VanillaVAE")]
    [InlineData("categorical-vae", "CategoricalVAE")]
    [InlineData("joint-vae", "JointVAE")]
    [InlineData("cvae", "ConditionalVAE")]
    [InlineData("perceptual-vae", "DFCVAE")]
    [InlineData("dip-vae-1", "DIPVAE")]
    [InlineData("gamma-vae", "GammaVAE")]
    [InlineData("hierarchical-vae", "hierarchical VAE")]
    [InlineData("ladder-vae", "LVAE")]
    [InlineData("info-vae", "InfoVAE")]
    [InlineData("log-cosh-vae", "LogCoshVAE")]
    [InlineData("ms-ssim-vae", "MSSIMVAE")]
    [InlineData("swae", "SWAE")]
    [InlineData("vamp-vae", "VampVAE")]
    [InlineData("two-stage-vae", "TwoStageVAE")]
    public void A_model_is_found_by_the_name_that_other_libraries_have_for_it(string row, string theirs) =>
        Assert.Equal(row, ModelZoo.Find(theirs).Name);

    [Theory]
    [InlineData("beta-tc-vae", "β-TCVAE")]
    [InlineData("beta-tc-vae", "tcvae")]
    [InlineData("beta-tc-vae", "beta_tcvae")]
    [InlineData("sigma-vae", "σVAE")]
    [InlineData("beta-cvae", "beta_cvae")]
    [InlineData("poincare-vae", "Poincaré VAE")]
    [InlineData("sylvester-vae", "SNF")]
    [InlineData("rae", "RAE (vanilla)")]
    [InlineData("planar-vae", "normalizing-flow VAE")]
    [InlineData("iwae-stl", "Sticking-the-Landing IWAE")]
    [InlineData("rae-l2", "RAE-L2")]
    [InlineData("rae-gp", "RAE-Grad")]
    public void A_name_finds_its_row_however_it_is_written(string row, string written) =>
        Assert.Equal(row, ModelZoo.Find(written).Name);

    [Fact]
    public void No_two_rows_share_a_name()
    {
        var names = ModelZoo.Names.GroupBy(name => Suggestion.Plain(name.Name), name => name.Row)
            .Select(rows => $"{rows.Key}: {string.Join(" and ", rows.Distinct())}");
        Assert.All(names, name => Assert.DoesNotContain(" and ", name));
    }
}
