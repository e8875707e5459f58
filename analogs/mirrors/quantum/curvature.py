"""Q7: where the curvature of Nielsen's metric is negative."""

from __future__ import annotations

from analogs.evidence import Evidence, Setting
from analogs.mirrors.shares import Family, negative_shares
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen

CHEAP = "Pauli strings of weight <= 2 cost 1"
FAMILIES_QUICK = (Family("quantum", "U(8)", CHEAP, lambda q: PauliMetric(3, nielsen(q))),)
FAMILIES_FULL = (
    *FAMILIES_QUICK,
    Family("quantum", "U(16)", CHEAP, lambda q: PauliMetric(4, nielsen(q))),
)


def negative_planes(setting: Setting) -> Evidence:
    """Share of negative planes of the 2-local cliff metric, for every law of the planes."""
    return negative_shares(FAMILIES_QUICK if setting.quick else FAMILIES_FULL, setting)
