"""Trains small networks: data, architectures, one loop; the only code that knows an optimiser."""

from analogs.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from analogs.training.data import Split, digits
from analogs.training.loop import History, accuracy, train
from analogs.training.networks import convnet
from analogs.training.seeding import build, seeded

__all__ = [
    "Checkpoint",
    "History",
    "Split",
    "accuracy",
    "build",
    "convnet",
    "digits",
    "load_checkpoint",
    "save_checkpoint",
    "seeded",
    "train",
]
