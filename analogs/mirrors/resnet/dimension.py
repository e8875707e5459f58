r"""R2: the dimension of a Lie algebra beside that of its group, and what nearness to 1 does reduce.

The dimension of a group is that of its tangent space at any element U: of the matrices dU that keep
the equation of the group to first order, ``dU^dag U + U^dag dU = 0``.  It is counted from there, with no
generator in hand; the algebra is counted from its basis.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import scipy.stats

from analogs.evidence import Evidence, Interval, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers
from qgeom._linalg import as_real, dagger
from qgeom._typing import Matrix
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.ricci import pauli_ricci
from qgeom.readings.volume import log_ball, log_volume

# "Smaller" is by one dimension at least.
LEAST_DIFFERENCE = 1.0
QUBITS_QUICK, QUBITS_FULL = (1, 2, 3), (1, 2, 3, 4)
FEATURES = (3, 5, 8)
# Radius of the ball around the identity, trace over the matrix size.
RADIUS = 0.5
NOTE = (
    "A group and its Lie algebra have one dimension: a point of either needs as many numbers. What a "
    "layer near the identity has less of is volume: the ball holds a share of the group that falls "
    "with the dimension, and faster than exponentially with the number of qubits."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Count both dimensions at a random element of each group."""
    rng = trial.generator()
    rows = [*_unitary_rows(_qubits(trial.quick), rng), *_orthogonal_rows(rng)]
    return {"dimensions": rows}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare them, and bound the volume of a ball."""
    volumes: tuple[Row, ...] = tuple(
        {"qubits": n, "log10_share": log_share(n) / math.log(10)} for n in _qubits(setting.quick)
    )
    readings = [*_dimension_readings(tables["dimensions"]), *_volume_readings(volumes)]
    return Evidence(tuple(readings), {**tables, "volumes": volumes}, note=NOTE)


def _qubits(quick: bool) -> tuple[int, ...]:
    return QUBITS_QUICK if quick else QUBITS_FULL


def tangent_dimension(element: Matrix) -> int:
    """Real dimension of ``{dU : dU^dag U + U^dag dU = 0}`` at a unitary or orthogonal matrix U.

    Examples
    --------
    >>> tangent_dimension(np.eye(3)), tangent_dimension(np.eye(3, dtype=complex))
    (3, 9)
    """
    size = len(element)
    units = np.eye(size * size).reshape(-1, size, size)
    if np.iscomplexobj(element):
        units = np.concatenate([units, 1j * units])
    change = dagger(units) @ element + dagger(element) @ units
    return len(units) - _real_rank(change)


def _real_rank(matrices: Matrix) -> int:
    """Dimension of the real span of matrices (K, N, N)."""
    flat = as_real(matrices.astype(np.complex128)).reshape(len(matrices), -1)
    return int(np.linalg.matrix_rank(flat))


def _unitary_rows(qubits: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    for n in qubits:
        metric = PauliMetric(n, nielsen(1.0))
        # The strings span su(2^n); with the phase they span u(2^n).
        basis = np.concatenate([metric.hat(np.eye(metric.dim)), -1j * metric.identity[None]])
        element = scipy.stats.unitary_group(metric.size, seed=rng).rvs()
        yield _row("quantum", f"U({metric.size})", basis, element)


def _orthogonal_rows(rng: np.random.Generator) -> Iterator[Row]:
    for size in FEATURES:
        metric = MatrixMetric("so", size, band(1, 1.0))
        element = scipy.stats.special_ortho_group(size, seed=rng).rvs()
        yield _row("network", f"SO({size})", metric.hat(np.eye(metric.dim)), element)


def _row(side: str, group: str, basis: Matrix, element: Matrix) -> Row:
    return {
        "side": side,
        "group": group,
        "size": len(element),
        "group_dimension": tangent_dimension(element),
        "algebra_dimension": _real_rank(basis),
    }


def _dimension_readings(rows: Sequence[Row]) -> Iterator[Reading]:
    for side in ("quantum", "network"):
        own = [row for row in rows if row["side"] == side]
        larger = numbers(own, "group_dimension") - numbers(own, "algebra_dimension")
        groups = ", ".join(dict.fromkeys(str(row["group"]) for row in own))
        yield effect_reading(
            "dimension of the group minus that of its algebra",
            side,
            f"real dimensions, {groups}",
            Interval(larger.mean(), larger.min(), larger.max()),
            count=len(own),
            smallest_effect=LEAST_DIFFERENCE,
        )


def _volume_readings(rows: Sequence[Row]) -> Iterator[Reading]:
    for qubits, share in zip(numbers(rows, "qubits"), numbers(rows, "log10_share"), strict=True):
        yield effect_reading(
            f"log10 of the share of the volume within {RADIUS:g} of the identity, at most",
            "quantum",
            f"SU({2**qubits:g}) modulo phase, bi-invariant, tr/2^n",
            Interval(share, share, share),
            count=1,
            smallest_effect=0.0,
            direction=-1,
            decisive=False,
        )


def log_share(n_qubits: int) -> float:
    """Log of an upper bound of the ball's share: Bishop's, in the sphere of the same Ricci curvature.

    Exact on one qubit, where the group is half of a 3-sphere.

    Examples
    --------
    >>> ball = 2 * np.pi * (RADIUS - np.sin(2 * RADIUS) / 2)
    >>> bool(np.isclose(np.exp(log_share(1)), ball / np.pi**2))
    True
    """
    metric = PauliMetric(n_qubits, nielsen(1.0))
    curvature = float(pauli_ricci(metric).min()) / (metric.dim - 1)
    return log_ball(RADIUS, metric.dim, curvature) - log_volume(metric)
