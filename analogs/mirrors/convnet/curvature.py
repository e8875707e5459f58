"""C7: where the curvature of network layers is negative."""

from __future__ import annotations

from analogs.evidence import Evidence, Setting
from analogs.mirrors.shares import Family, negative_shares
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band

CHEAP = "entries at most one off the diagonal cost 1"


def _layers(algebra: str, features: int, *, registered: bool = False) -> Family:
    return Family(
        "network",
        f"{algebra.upper()}({features})",
        CHEAP,
        lambda q: MatrixMetric(algebra, features, band(1, q)),
        registered=registered,
    )


FAMILIES = (
    _layers("so", 8, registered=True),
    _layers("gl", 7, registered=True),
    _layers("so", 32),
    _layers("gl", 28),
)


def negative_planes(setting: Setting) -> Evidence:
    """Share of negative planes of band metrics on layers, for every law of the planes."""
    return negative_shares(FAMILIES, setting)
