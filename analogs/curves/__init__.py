"""A network as a curve of layers: operations, linear parts, generators, lengths of any module."""

from analogs.curves.generator import (
    LayerGenerator,
    layer_generator,
    layer_length,
    part_lengths,
)
from analogs.curves.measure import measure
from analogs.curves.records import LayerReading, NetworkReading
from analogs.curves.weights import LayerWeights, band_weights, kernel_weights, offset_weights

__all__ = [
    "LayerGenerator",
    "LayerReading",
    "LayerWeights",
    "NetworkReading",
    "band_weights",
    "kernel_weights",
    "layer_generator",
    "layer_length",
    "measure",
    "offset_weights",
    "part_lengths",
]
