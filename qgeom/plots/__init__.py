"""Figures: every plot takes an Axes, draws on it, titles it with its finding and returns it."""

from qgeom.plots.canvas import COLOURS, DASHES, FORMATS, canvas, check_plot_path, save
from qgeom.plots.circuits import plot_costs, plot_counts
from qgeom.plots.curvature import LAWS, ROW_HEIGHT, plot_curvature, plot_law_shares
from qgeom.plots.diameters import MOST_TICKS, plot_diameters
from qgeom.plots.evolution import plot_evolution
from qgeom.plots.geodesics import plot_controls, plot_geodesic
from qgeom.plots.maps import plot_curvature_along, plot_negative_share_map, plot_plane_family
from qgeom.plots.names import describe, energy_classes, generator_label, normalisation

__all__ = [
    "COLOURS",
    "DASHES",
    "FORMATS",
    "LAWS",
    "MOST_TICKS",
    "ROW_HEIGHT",
    "canvas",
    "check_plot_path",
    "describe",
    "energy_classes",
    "generator_label",
    "normalisation",
    "plot_controls",
    "plot_costs",
    "plot_counts",
    "plot_curvature",
    "plot_curvature_along",
    "plot_diameters",
    "plot_evolution",
    "plot_geodesic",
    "plot_law_shares",
    "plot_negative_share_map",
    "plot_plane_family",
    "save",
]
