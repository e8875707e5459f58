"""Q7: where the curvature of Nielsen's metric is negative."""

from __future__ import annotations

from analogs.evidence import Evidence, Setting
from analogs.mirrors.shares import Family, negative_shares
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen

CHEAP = "Pauli strings of weight <= 2 cost 1"


def _unitary(n_qubits: int, *, registered: bool = False) -> Family:
    group = f"U({2**n_qubits})"
    return Family(
        "quantum", group, CHEAP, lambda q: PauliMetric(n_qubits, nielsen(q)), registered=registered
    )


FAMILIES_QUICK = (_unitary(3, registered=True), _unitary(4), _unitary(5))
FAMILIES_FULL = (*FAMILIES_QUICK, _unitary(6))


def negative_planes(setting: Setting) -> Evidence:
    """Share of negative planes of the 2-local cliff metric, for every law of the planes."""
    return negative_shares(FAMILIES_QUICK if setting.quick else FAMILIES_FULL, setting)
