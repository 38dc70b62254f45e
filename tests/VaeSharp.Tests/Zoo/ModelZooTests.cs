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
}
