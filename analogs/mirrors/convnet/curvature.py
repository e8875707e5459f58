"""C7: where the curvature of network layers is negative."""

from __future__ import annotations

from analogs.evidence import Evidence, Setting
from analogs.mirrors.shares import Family, negative_shares
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band

CHEAP = "entries at most one off the diagonal cost 1"
FAMILIES = (
    Family("network", "SO(8)", CHEAP, lambda q: MatrixMetric("so", 8, band(1, q))),
    Family("network", "GL(7)", CHEAP, lambda q: MatrixMetric("gl", 7, band(1, q))),
)


def negative_planes(setting: Setting) -> Evidence:
    """Share of negative planes of band metrics on layers, for every law of the planes."""
    return negative_shares(FAMILIES, setting)
