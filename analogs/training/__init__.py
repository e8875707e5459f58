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
from analogs.training.mean_field import (
    MeanField,
    correlation_map,
    critical_point,
    fixed_correlation,
    mean_field,
)
from analogs.training.measure import measure
from analogs.training.network import convnet
from analogs.training.records import LayerReading, NetworkReading
from analogs.training.seeding import build, seeded
from analogs.training.weights import LayerWeights, band_weights, kernel_weights, offset_weights
from analogs.training.wide_network import curve_theory, simulate_curve

__all__ = [
    "Checkpoint",
    "History",
    "LayerGenerator",
    "LayerReading",
    "LayerWeights",
    "MeanField",
    "NetworkReading",
    "Split",
    "accuracy",
    "band_weights",
    "build",
    "convnet",
    "correlation_map",
    "critical_point",
    "curve_theory",
    "digits",
    "fixed_correlation",
    "kernel_weights",
    "layer_generator",
    "layer_length",
    "load_checkpoint",
    "mean_field",
    "measure",
    "offset_weights",
    "part_lengths",
    "save_checkpoint",
    "seeded",
    "simulate_curve",
    "train",
]
