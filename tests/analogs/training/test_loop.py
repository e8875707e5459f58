import math

import numpy as np
import pytest
import torch

from analogs.training.data import Split, digits
from analogs.training.loop import FINISHED, History, accuracy, train
from analogs.training.networks.convnet import convnet
from tests.closeness import assert_close

SETTINGS = {"batch_size": 32, "learning_rate": 1e-2, "weight_decay": 0.0, "seed": 0}


@pytest.fixture(scope="module")
def split() -> Split:
    return digits(train_fraction=0.75, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def small(split) -> Split:
    return Split(split.train_x[:100], split.train_y[:100], split.test_x[:50], split.test_y[:50])


def weights(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def run(small, epochs=2, model_seed=0, **changes):
    model = convnet([4], 3, seed=model_seed)
    history = train(model, small, epochs=epochs, **(SETTINGS | changes))
    return weights(model), history


def test_a_small_network_learns_the_digits(split):
    model = convnet([8, 16], 3, seed=0)
    history = train(model, split, epochs=12, **SETTINGS)
    assert history.finished
    assert history.epochs == 12
    assert history.test_accuracy[-1] > 0.95
    assert history.loss[-1] < history.loss[0] / 5
    assert not model.training
    # The last entry is the accuracy of the weights that were returned.
    assert history.test_accuracy[-1] == accuracy(model, split.test_x, split.test_y)


def test_shuffled_labels_are_not_learned(split):
    """Negative control: the accuracy above is not an artefact of how it is measured."""
    labels = np.random.default_rng(0).permutation(split.train_y)
    false = Split(split.train_x, labels, split.test_x, split.test_y)
    history = train(convnet([8, 16], 3, seed=0), false, epochs=2, **SETTINGS)
    assert history.test_accuracy[-1] < 0.3


def test_the_same_seed_gives_the_same_bits(small):
    (one, first), (two, second) = run(small), run(small)
    assert torch.equal(one, two)
    assert first == second


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"model_seed": 1},
        {"batch_size": 31},
        {"learning_rate": 2e-2},
        {"weight_decay": 1e-2},
        {"optimizer": "sgd"},
    ],
)
def test_every_setting_changes_the_weights(small, change):
    assert not torch.equal(run(small)[0], run(small, **change)[0])


def test_training_ignores_and_keeps_the_global_stream(small):
    torch.manual_seed(1)
    one = run(small)[0]
    after = torch.rand(2)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(2), after)
    torch.manual_seed(2)
    assert torch.equal(run(small)[0], one)


def test_dropout_is_drawn_from_the_seed(small):
    def dropped(seed):
        torch.manual_seed(99 + seed)
        model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Dropout(0.5), linear())
        train(model, small, epochs=1, **(SETTINGS | {"seed": seed}))
        return weights(model)

    def linear():
        layer = torch.nn.Linear(64, 10)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        return layer

    assert torch.equal(dropped(0), dropped(0))
    assert not torch.equal(dropped(0), dropped(1))


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_one_step_is_the_textbook_step(small, optimizer):
    """Second route: one full-batch step written out by hand, weight decay included."""
    rate, decay = 1e-2, 0.1
    model = convnet([2], 3, seed=0).double()
    before = weights(model)
    x, y = torch.tensor(small.train_x), torch.tensor(small.train_y)
    loss = torch.nn.functional.cross_entropy(model(x), y)
    gradient = torch.autograd.grad(loss, list(model.parameters()))
    g = torch.cat([part.flatten() for part in gradient]) + decay * before
    changes = {"batch_size": len(y), "learning_rate": rate, "weight_decay": decay}
    settings = SETTINGS | changes | {"optimizer": optimizer}
    history = train(model, small, epochs=1, **settings)
    step = g / (g.abs() + 1e-8) if optimizer == "adam" else g
    assert_close(weights(model), before - rate * step)
    assert_close(history.loss, [loss.item()])


def test_the_loss_is_the_mean_over_images_for_unequal_batches(small):
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10)).double()
    x, y = torch.tensor(small.train_x), torch.tensor(small.train_y)
    loss = torch.nn.functional.cross_entropy(model(x), y).item()
    # A step of 1e-12 leaves the loss as it was; 100 images are batches of 64 and 36.
    changes = {"batch_size": 64, "learning_rate": 1e-12}
    history = train(model, small, epochs=1, **(SETTINGS | changes))
    # Adam moves every weight by the learning rate, and the loss by no more than the sum of moves.
    assert_close(history.loss, [loss], 1e-9)


class Recorder(torch.nn.Module):
    """Passes images on, and keeps the sum over each batch that it is trained on."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.seen.append(x.sum().item())
        return x


def test_every_epoch_has_an_order_of_its_own(small):
    recorder = Recorder()
    model = torch.nn.Sequential(recorder, torch.nn.Flatten(), torch.nn.Linear(64, 10)).double()
    train(model, small, epochs=2, **(SETTINGS | {"batch_size": 1}))
    first, second = recorder.seen[:100], recorder.seen[100:]
    assert first != second
    # Each image once an epoch.
    assert sorted(first) == sorted(second) == sorted(small.train_x.sum(axis=(1, 2, 3)))


def test_reports_grow_by_an_epoch(small):
    seen: list[History] = []
    model = convnet([4], 3, seed=0)
    history = train(model, small, epochs=3, report=seen.append, **SETTINGS)
    assert [entry.epochs for entry in seen] == [1, 2, 3]
    assert seen[-1] == history


def test_divergence_is_a_sentence(small):
    model = convnet([4], 3, activation="identity", seed=0)
    changes = {"learning_rate": 1e12, "optimizer": "sgd"}
    history = train(model, small, epochs=50, **(SETTINGS | changes))
    assert not history.finished
    assert history.status.startswith(f"stopped in epoch {history.epochs + 1}: the loss is")
    assert all(math.isfinite(value) for value in history.loss)


def test_accuracy_keeps_the_mode_and_counts():
    model = torch.nn.Sequential(torch.nn.Dropout(0.99), torch.nn.Linear(2, 2))
    with torch.no_grad():
        model[1].weight.copy_(torch.eye(2))
        model[1].bias.zero_()
    x = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [0.0, 3.0]])
    assert accuracy(model, x, np.array([0, 1, 0, 0])) == 0.75
    assert model.training


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"weight_decay": -1.0}, "weight_decay"),
        ({"seed": -1}, "seed"),
        ({"optimizer": "newton"}, "optimizer"),
    ],
)
def test_bad_settings_are_refused(small, change, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        train(convnet([1], 1, seed=0), small, **({"epochs": 1} | SETTINGS | change))


def test_a_model_without_weights_is_refused(small):
    with pytest.raises(ValueError, match="Argument `model` must have weights"):
        train(torch.nn.Flatten(), small, epochs=1, **SETTINGS)


def test_histories_validate_themselves():
    assert History().status == FINISHED
    with pytest.raises(ValueError, match="curves of one length"):
        History((1.0,), (), ())


def test_accuracy_refuses_labels_that_do_not_fit():
    with pytest.raises(ValueError, match="Argument `y` must"):
        accuracy(torch.nn.Linear(1, 2), np.zeros((2, 1)), np.array([0]))
