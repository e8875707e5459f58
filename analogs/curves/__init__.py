"""A network as a curve of layers: operations, linear parts, generators, lengths of any module."""

from analogs.curves.curve import NetworkCurve
from analogs.curves.distance import CurveDistance
from analogs.curves.generator import (
    LayerGenerator,
    layer_generator,
    layer_length,
    part_lengths,
)
from analogs.curves.pullback import (
    PlaneCurvature,
    gauss_curvature_at,
    metric_at,
    pull_back,
    second_form_at,
    sectional_at,
)
from analogs.curves.records import LayerReading
from analogs.curves.trajectory import along
from analogs.curves.weights import LayerWeights, band_weights, kernel_weights, offset_weights

__all__ = [
    "CurveDistance",
    "LayerGenerator",
    "LayerReading",
    "LayerWeights",
    "NetworkCurve",
    "PlaneCurvature",
    "along",
    "band_weights",
    "gauss_curvature_at",
    "kernel_weights",
    "layer_generator",
    "layer_length",
    "metric_at",
    "offset_weights",
    "part_lengths",
    "pull_back",
    "second_form_at",
    "sectional_at",
]
