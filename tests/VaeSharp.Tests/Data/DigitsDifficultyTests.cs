using TorchSharp;
using VaeSharp.Data;

namespace VaeSharp.Tests.Data;

public sealed class DigitsDifficultyTests
{
    [Fact]
    public void Nearest_neighbours_err_as_rarely_as_on_Mnist_but_do_err()
    {
        using var all = torch.NewDisposeScope();
        var (train, test) = (Pixels(DigitsData.Train, 60_000), Pixels(DigitsData.Test, 1_000));   // [N, D], [B, D]
        var squares = train.square().sum(1);                                                     // [N]
        var right = 0;
        for (var from = 0; from < 1_000; from += 100)
        {
            using var scope = torch.NewDisposeScope();
            var nearest = (squares - 2 * test[from..(from + 100)].mm(train.t())).argmin(1);       // [100]
            var labels = nearest.data<long>().Select(row => DigitsData.Train.Label((int)row));
            right += labels.Where((label, i) => label == DigitsData.Test.Label(from + i)).Count();
        }
        // All 10,000 give 98.0 %. Of 1,000, a standard error is 0.44 %: the bounds are 7 below and 3 above; Mnist gives 96.9 %.
        Assert.InRange(right / 1_000.0, 0.95, 0.995);

        static torch.Tensor Pixels(Dataset data, int count)
        {
            var values = new float[count * Digits.Pixels];
            data.CopyTo([.. Enumerable.Range(0, count)], values);
            return torch.tensor(values, [count, Digits.Pixels]);
        }
    }
}
