"""Trains small networks and reads any torch network; the only code that knows an optimiser."""

from analogs.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from analogs.training.data import Split, digits
from analogs.training.generator import (
    LayerGenerator,
    layer_generator,
    layer_length,
    part_lengths,
)
from analogs.training.loop import History, accuracy, train
from analogs.training.measure import measure
from analogs.training.network import convnet
from analogs.training.records import LayerReading, NetworkReading
from analogs.training.seeding import build, seeded
from analogs.training.weights import LayerWeights, band_weights, kernel_weights, offset_weights

__all__ = [
    "Checkpoint",
    "History",
    "LayerGenerator",
    "LayerReading",
    "LayerWeights",
    "NetworkReading",
    "Split",
    "accuracy",
    "band_weights",
    "build",
    "convnet",
    "digits",
    "kernel_weights",
    "layer_generator",
    "layer_length",
    "load_checkpoint",
    "measure",
    "offset_weights",
    "part_lengths",
    "save_checkpoint",
    "seeded",
    "train",
]
