"""Mean-field theory of wide random networks, and a simulation beside it."""

from analogs.mean_field.recursions import (
    MeanField,
    correlation_map,
    critical_point,
    fixed_correlation,
    mean_field,
)
from analogs.mean_field.wide_network import curve_theory, simulate_curve

__all__ = [
    "MeanField",
    "correlation_map",
    "critical_point",
    "curve_theory",
    "fixed_correlation",
    "mean_field",
    "simulate_curve",
]
