"""One training loop: cross-entropy, Adam or SGD, the same result for the same seed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from analogs.training.data import Split
from analogs.training.seeding import seeded
from qgeom._checks import check_choice, check_finite_number, check_integer, check_positive, fail

OPTIMIZERS = ("adam", "sgd")
MOMENTUM = 0.9
FINISHED = "finished"
CURVES = ("loss", "train_accuracy", "test_accuracy")


@dataclass(frozen=True)
class History:
    """What a run measured, one number an epoch, and how it ended.

    Parameters
    ----------
    loss
        Mean cross-entropy over the batches of the epoch, while the weights moved.
    train_accuracy, test_accuracy
        Share of correct labels after the epoch, in evaluation mode.
    status
        "finished", or a sentence that says why the run stopped early.

    Raises
    ------
    ValueError
        If the three curves differ in length.
    """

    loss: tuple[float, ...] = ()
    train_accuracy: tuple[float, ...] = ()
    test_accuracy: tuple[float, ...] = ()
    status: str = FINISHED

    def __post_init__(self) -> None:
        lengths = (len(self.loss), len(self.train_accuracy), len(self.test_accuracy))
        if len(set(lengths)) > 1:
            raise fail("history", "hold curves of one length", f"has lengths {lengths}")

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return len(self.loss)

    @property
    def finished(self) -> bool:
        """Whether the run did all the epochs that it was asked for."""
        return self.status == FINISHED


@dataclass(frozen=True)
class _Settings:
    """What identifies a run, apart from the number of epochs."""

    batch_size: int
    learning_rate: float
    weight_decay: float
    seed: int
    optimizer: str
    data: str


def accuracy(model: torch.nn.Module, x: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """Return the share of images `x` (n, channels, height, width) that `model` labels as in `y`.

    The model is evaluated in evaluation mode and then put back into the mode that it was in.

    Examples
    --------
    >>> always_one = torch.nn.Linear(1, 2).requires_grad_(False)
    >>> _ = always_one.weight.zero_(), always_one.bias.copy_(torch.tensor([0.0, 1.0]))
    >>> accuracy(always_one, np.zeros((4, 1)), np.array([1, 1, 1, 0]))
    0.75
    """
    if len(x) != len(y) or len(y) == 0:
        raise fail("y", f"hold one label for each of the {len(x)} inputs", f"holds {len(y)}")
    was_training = model.training
    model.eval()
    with torch.no_grad():
        labels = model(_like_parameters(model, x)).argmax(-1).cpu().numpy()
    model.train(was_training)
    return float(np.mean(labels == y))


def train(
    model: torch.nn.Module,
    split: Split,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    weight_decay: float,
    seed: int,
    optimizer: str = "adam",
    checkpoint: str | Path | None = None,
    report: Callable[[History], None] | None = None,
) -> History:
    """Train `model` in place by cross-entropy, leave it in evaluation mode, return the history.

    The gradient step is g = grad(loss) + `weight_decay` * weights, fed to Adam or to SGD with
    momentum 0.9.  Shuffling and dropout of an epoch depend on (`seed`, epoch) alone, so the result
    is the same bit for bit on one machine and one thread count, in one go or resumed.

    Parameters
    ----------
    checkpoint
        File to write after every epoch, and to go on from if it exists.
    report
        Called with the history so far after every epoch.

    Raises
    ------
    ValueError
        If an argument is out of range, or the checkpoint belongs to a run with other settings.
        A loss that is not finite does not raise: the run stops with a sentence in `status`.
    """
    check_integer("epochs", epochs, 1)
    settings = _settings(split, batch_size, learning_rate, weight_decay, seed, optimizer)
    descent = _optimizer(model, settings)
    history = _resume(model, descent, settings, epochs, checkpoint)
    x, y = _like_parameters(model, split.train_x), torch.tensor(split.train_y)
    y = y.to(x.device)
    for epoch in range(history.epochs, epochs):
        loss = _epoch(model, descent, x, y, settings, epoch)
        if not math.isfinite(loss):
            status = f"stopped in epoch {epoch + 1}: the loss is {loss}"
            history = replace(history, status=status)
            break
        history = History(
            (*history.loss, loss),
            (*history.train_accuracy, accuracy(model, split.train_x, split.train_y)),
            (*history.test_accuracy, accuracy(model, split.test_x, split.test_y)),
        )
        if checkpoint is not None:
            save_checkpoint(checkpoint, _pack(model, descent, settings, history))
        if report is not None:
            report(history)
    model.eval()
    return history


def _epoch(
    model: torch.nn.Module,
    descent: torch.optim.Optimizer,
    x: torch.Tensor,
    y: torch.Tensor,
    settings: _Settings,
    epoch: int,
) -> float:
    """One pass over the shuffled data; the mean loss."""
    model.train()
    total = 0.0
    with seeded(settings.seed, epoch) as generator:
        order = torch.randperm(len(y), generator=generator).to(y.device)
        for batch in order.split(settings.batch_size):
            descent.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x[batch]), y[batch])
            loss.backward()
            descent.step()
            total += float(loss.detach()) * len(batch)
    return total / len(y)


def _settings(
    split: Split, batch_size: int, rate: float, decay: float, seed: int, optimizer: str
) -> _Settings:
    if check_finite_number("weight_decay", decay) < 0:
        raise fail("weight_decay", "be at least 0", f"is {decay}")
    fingerprint = hashlib.sha256(split.train_x.tobytes() + split.train_y.tobytes())
    return _Settings(
        check_integer("batch_size", batch_size, 1),
        check_positive("learning_rate", rate),
        float(decay),
        check_integer("seed", seed, 0),
        check_choice("optimizer", optimizer, OPTIMIZERS),
        fingerprint.hexdigest(),
    )


def _optimizer(model: torch.nn.Module, settings: _Settings) -> torch.optim.Optimizer:
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    if not weights:
        raise fail("model", "have weights to train", "has none")
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.optimizer == "adam":
        return torch.optim.Adam(weights, lr=rate, weight_decay=decay)
    return torch.optim.SGD(weights, lr=rate, momentum=MOMENTUM, weight_decay=decay)


def _like_parameters(model: torch.nn.Module, x: NDArray[np.float64]) -> torch.Tensor:
    """Give inputs the dtype and device of the model's weights; float64 without weights."""
    weight = next(model.parameters(), torch.empty(0, dtype=torch.float64))
    return torch.tensor(x, dtype=weight.dtype, device=weight.device)


def _pack(
    model: torch.nn.Module,
    descent: torch.optim.Optimizer,
    settings: _Settings,
    history: History,
) -> Checkpoint:
    curves = {name: list(getattr(history, name)) for name in CURVES}
    return Checkpoint(asdict(settings), model.state_dict(), descent.state_dict(), curves)


def _resume(
    model: torch.nn.Module,
    descent: torch.optim.Optimizer,
    settings: _Settings,
    epochs: int,
    path: str | Path | None,
) -> History:
    """Load the state of an interrupted run, if there is one, and return its history."""
    if path is None or not Path(path).exists():
        return History()
    stored = load_checkpoint(path)
    asked: dict[str, Any] = asdict(settings)
    other = [name for name, value in asked.items() if stored.settings.get(name) != value]
    if other:
        but = f"{path} differs in {', '.join(other)}"
        raise fail("checkpoint", "belong to a run with the same settings", but)
    loss, train_accuracy, test_accuracy = (tuple(stored.history[name]) for name in CURVES)
    history = History(loss, train_accuracy, test_accuracy)
    if history.epochs > epochs:
        but = f"{path} holds {history.epochs}"
        raise fail("checkpoint", f"hold at most {epochs} epochs", but)
    model.load_state_dict(stored.model)
    descent.load_state_dict(stored.optimizer)
    return history
