"""qgeom: right-invariant geometry of quantum circuits, with one engine for every group.

Names load on first use, so that ``import qgeom`` itself costs nothing.
"""

from __future__ import annotations

import importlib as _importlib
import typing as _typing

if _typing.TYPE_CHECKING:
    from qgeom import plots as plots
    from qgeom.algebra.targets import Target as Target
    from qgeom.algebra.targets import target as target
    from qgeom.circuits.nielsen.pipeline import compile_geodesic as compile_geodesic
    from qgeom.circuits.synthesis import synthesize as synthesize
    from qgeom.geodesic.connect import connect as connect
    from qgeom.geodesic.connect import scan_costs as scan_costs
    from qgeom.geodesic.curve import Geodesic as Geodesic
    from qgeom.geodesic.flow import shoot as shoot
    from qgeom.metric.invariant import RightInvariantMetric as RightInvariantMetric
    from qgeom.metric.matrix import MatrixMetric as MatrixMetric
    from qgeom.metric.pauli import PauliMetric as PauliMetric
    from qgeom.metric.penalties import Penalty as Penalty
    from qgeom.metric.penalties import band as band
    from qgeom.metric.penalties import custom as custom
    from qgeom.metric.penalties import nielsen as nielsen
    from qgeom.metric.product import ProductMetric as ProductMetric
    from qgeom.metric.schedules import exponential as exponential
    from qgeom.metric.structure import StructureMetric as StructureMetric
    from qgeom.metric.structure import structure_constants as structure_constants
    from qgeom.readings.curvature import ricci_curvature as ricci_curvature
    from qgeom.readings.curvature import scalar_curvature as scalar_curvature
    from qgeom.readings.curvature import sectional_curvature as sectional_curvature
    from qgeom.readings.distance import Distance as Distance
    from qgeom.readings.distance import distance as distance
    from qgeom.readings.jacobi import conjugate_times as conjugate_times
    from qgeom.readings.sampling import sample_curvature as sample_curvature
    from qgeom.readings.weights import ricci_by_weight as ricci_by_weight
    from qgeom.states.connect import state_distance as state_distance

__version__ = "0.1.0"

__all__ = [
    "Distance",
    "Geodesic",
    "MatrixMetric",
    "PauliMetric",
    "Penalty",
    "ProductMetric",
    "RightInvariantMetric",
    "StructureMetric",
    "Target",
    "band",
    "compile_geodesic",
    "conjugate_times",
    "connect",
    "custom",
    "distance",
    "exponential",
    "nielsen",
    "plots",
    "ricci_by_weight",
    "ricci_curvature",
    "sample_curvature",
    "scalar_curvature",
    "scan_costs",
    "sectional_curvature",
    "shoot",
    "state_distance",
    "structure_constants",
    "synthesize",
    "target",
]

_HOMES = {
    "qgeom.algebra.targets": ("Target", "target"),
    "qgeom.circuits.nielsen.pipeline": ("compile_geodesic",),
    "qgeom.circuits.synthesis": ("synthesize",),
    "qgeom.geodesic.connect": ("connect", "scan_costs"),
    "qgeom.geodesic.curve": ("Geodesic",),
    "qgeom.geodesic.flow": ("shoot",),
    "qgeom.metric.invariant": ("RightInvariantMetric",),
    "qgeom.metric.matrix": ("MatrixMetric",),
    "qgeom.metric.pauli": ("PauliMetric",),
    "qgeom.metric.penalties": ("Penalty", "band", "custom", "nielsen"),
    "qgeom.metric.product": ("ProductMetric",),
    "qgeom.metric.schedules": ("exponential",),
    "qgeom.metric.structure": ("StructureMetric", "structure_constants"),
    "qgeom.readings.curvature": ("ricci_curvature", "scalar_curvature", "sectional_curvature"),
    "qgeom.readings.distance": ("Distance", "distance"),
    "qgeom.readings.jacobi": ("conjugate_times",),
    "qgeom.readings.sampling": ("sample_curvature",),
    "qgeom.readings.weights": ("ricci_by_weight",),
    "qgeom.states.connect": ("state_distance",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> _typing.Any:
    if name == "plots":
        return _importlib.import_module("qgeom.plots")
    if name not in _HOME:
        raise AttributeError(f"module 'qgeom' has no attribute {name!r}")
    value = getattr(_importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
