import pytest
import torch

from analogs.training.networks import averaged, bag_of_blocks, convnet, deepsets

SIDE = 8


def images(channels=1):
    generator = torch.Generator().manual_seed(0)
    return torch.rand(3, channels, SIDE, SIDE, generator=generator, dtype=torch.float64)


def test_averaged_is_a_convnet_up_to_the_average():
    model, twin = averaged([4, 6], 3, seed=2).double(), convnet([4, 6], 3, seed=2).double()
    features = twin[:-2](images())
    expected = features.mean((-2, -1)) @ model.linear.weight.T + model.linear.bias
    torch.testing.assert_close(model(images()), expected)


def test_averaged_does_not_see_where_things_are():
    """Circular convolutions without pooling: any shift leaves the averages."""
    model = averaged([4], 3, pooling="none", padding="circular", seed=0).double()
    fixed = convnet([4], 3, pooling="none", padding="circular", seed=0).double()
    x = images()
    torch.testing.assert_close(model(x.roll((3, 2), (-2, -1))), model(x))
    assert (fixed(x.roll((3, 2), (-2, -1))) - fixed(x)).abs().max() > 1e-3


@pytest.mark.parametrize("block", [1, 2, 4])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_bag_is_the_mean_over_blocks_by_hand(block, channels):
    model = bag_of_blocks([5, 7], block, in_channels=channels, seed=1).double()
    x, expected = images(channels), 0
    for row in range(0, SIDE, block):
        for column in range(0, SIDE, block):
            patch = x[:, :, row : row + block, column : column + block].flatten(1)
            first = torch.relu(patch @ model.conv1.weight.flatten(1).T + model.conv1.bias)
            expected += torch.relu(first @ model.conv2.weight.flatten(1).T + model.conv2.bias)
    mean = expected / (SIDE // block) ** 2
    torch.testing.assert_close(model(x), mean @ model.linear.weight.T + model.linear.bias)


@pytest.mark.parametrize("block", [1, 2, 4])
def test_deepsets_is_a_perceptron_of_a_sum_over_blocks_by_hand(block):
    model = deepsets(6, block, classes=4, in_channels=2, seed=1).double()
    x, total = images(2), 0
    for row in range(0, SIDE, block):
        for column in range(0, SIDE, block):
            patch = x[:, :, row : row + block, column : column + block].flatten(1)
            first = torch.relu(patch @ model.phi1.weight.flatten(1).T + model.phi1.bias)
            total += torch.relu(first @ model.phi2.weight.flatten(1).T + model.phi2.bias)
    hidden = torch.relu(total @ model.rho1.weight.T + model.rho1.bias)
    torch.testing.assert_close(model(x), hidden @ model.rho2.weight.T + model.rho2.bias)


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: averaged([4], 3, seed=seed),
        lambda seed: bag_of_blocks([4], 2, seed=seed),
        lambda seed: deepsets(4, 2, seed=seed),
    ],
)
def test_weights_depend_on_the_seed_alone(make):
    one, two, three = (
        torch.cat([p.detach().flatten() for p in make(seed).parameters()]) for seed in (1, 1, 2)
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, three)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: averaged([], 3, seed=0), "channels"),
        (lambda: averaged([2], 2, seed=0), "kernel"),
        (lambda: bag_of_blocks([], 2, seed=0), "channels"),
        (lambda: bag_of_blocks([0], 2, seed=0), "channels"),
        (lambda: bag_of_blocks([2], 0, seed=0), "block"),
        (lambda: bag_of_blocks([2], 2, classes=1, seed=0), "classes"),
        (lambda: bag_of_blocks([2], 2, in_channels=0, seed=0), "in_channels"),
        (lambda: deepsets(0, 2, seed=0), "width"),
        (lambda: deepsets(2, 0, seed=0), "block"),
        (lambda: deepsets(2, 2, classes=1, seed=0), "classes"),
        (lambda: deepsets(2, 2, in_channels=0, seed=0), "in_channels"),
        (lambda: deepsets(2, 2, seed=-1), "seed"),
    ],
)
def test_bad_arguments_are_refused(make, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        make()
